#define _GNU_SOURCE
#include "csystem.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int csystem_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void csystem_set_thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }

int64_t csystem_peer_uid(int fd) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) { return -1; }
    return (int64_t)credentials.uid;
}
