#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// The crash handler of the Swift runtime (CrashHandlerLinux.cpp, Swift 6.3) starts swift-backtrace, which by default
// prints every register with the 16 bytes that it points to: half of a key, as was seen. The runtime reads
// SWIFT_BACKTRACE in a constructor of its own library, long before main; only .preinit_array of the executable
// (System V ABI, "Initialization and Termination Functions") comes before that. The last word on an option counts.
static const char variable[] = "SWIFT_BACKTRACE=";
static const char appended[] = ",registers=none,interactive=no,output-to=stderr";
static char amended[1024];

static void amend_backtrace_setting(int argc, char **argv, char **envp) {
    (void)argc;
    (void)argv;
    for (; envp != NULL && *envp != NULL; ++envp) {
        if (strncmp(*envp, variable, sizeof variable - 1) != 0) { continue; }
        size_t length = strlen(*envp);
        if (length + sizeof appended > sizeof amended) { return; }
        memcpy(amended, *envp, length);
        memcpy(amended + length, appended, sizeof appended);
        *envp = amended;
        return;
    }
}

__attribute__((section(".preinit_array"), used)) static void (*amend)(int, char **, char **) = amend_backtrace_setting;

// The signals of the runtime's handler.
static const int crash_signals[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
static struct sigaction backtracers[NSIG];

// swift-backtrace reads /proc/PID/maps of the process, which the kernel refuses to an ordinary user while the process
// is not dumpable (ptrace(2), "Ptrace access mode checking"); it then knows no name of any function. So the process is
// dumpable while its backtrace is made, and a core limit of 1 forbids the core meanwhile: too small for a file, and the
// one limit that the kernel also heeds for a pipe (fs/coredump.c).
static void crash(int number, siginfo_t *info, void *context) {
    int error = errno;
    struct rlimit none = {1, 1};
    if (setrlimit(RLIMIT_CORE, &none) == 0) { prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }
    backtracers[number].sa_sigaction(number, info, context);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // A fault comes again when this returns, and now ends the process. A signal that was sent does not.
    if (info->si_code <= 0) { raise(number); }
    errno = error;
}

int csystem_guard_crashes(void) {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) { return -1; }
    for (size_t index = 0; index < sizeof crash_signals / sizeof *crash_signals; ++index) {
        int number = crash_signals[index];
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) { return -1; }
        if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN || action.sa_sigaction == crash) { continue; }
        if (amended[0] != 0 && (action.sa_flags & SA_SIGINFO) != 0) {
            backtracers[number] = action;
            action.sa_sigaction = crash;
        } else {
            action.sa_flags = 0;
            action.sa_handler = SIG_DFL;
        }
        if (sigaction(number, &action, NULL) != 0) { return -1; }
    }
    return 0;
}
