#define _GNU_SOURCE
#include "csystem.h"

#include <malloc.h>
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

void csystem_keep_freed_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);  // the largest value that malloc takes
    mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);  // bytes at the end of a heap that stay with the process
    mallopt(M_ARENA_MAX, 2);                      // each arena keeps memory of its own
}
