#ifndef RIFTSYNC_CSYSTEM_H
#define RIFTSYNC_CSYSTEM_H

#include <stdint.h>
#include <sys/types.h>

/// A non-blocking, close-on-exec eventfd(2), or -1 with errno set.
int csystem_eventfd(void);

/// Names the calling thread (at most 15 bytes are kept, pthread_setname_np(3)).
void csystem_set_thread_name(const char *name);

/// Effective uid of the peer of a connected Unix socket (SO_PEERCRED, unix(7)); -1 when unknown.
int64_t csystem_peer_uid(int fd);

/// Forbids core dumps and ptrace by other processes of the same user (PR_SET_DUMPABLE 0, prctl(2)). 0 on success.
int csystem_forbid_core_dumps(void);

#endif
