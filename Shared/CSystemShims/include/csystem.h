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

/// Keeps memory out of what a crash leaves behind. 0 on success, -1 with errno set.
///
/// No core dump is written, and other processes of the same user cannot read this one (PR_SET_DUMPABLE 0, prctl(2)).
/// The Swift runtime still writes a backtrace, without registers, when SWIFT_BACKTRACE was set at the start of the
/// process; when it was not, the runtime's handler is removed, because what it prints by default holds memory.
int csystem_guard_crashes(void);

/// Lets the process keep memory that it has freed, up to a bound, instead of giving it back to the kernel at once
/// (mallopt(3)).
///
/// A body and its rows are buffers of some hundred kilobytes to some megabytes. By default malloc asks the kernel for
/// each such block and gives it back, or trims the heap, and the kernel clears every page again for the next one.
void csystem_keep_freed_memory(void);

#endif
