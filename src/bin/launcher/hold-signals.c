/*
 * Holds signals back until the daemon has handlers for them. Is loaded into Node.js with LD_PRELOAD.
 *
 * The launcher blocks them; but Node.js, when it starts, sets its mask of signals to SIGUSR1 alone, and unblocks that
 * one as soon as its debugger could listen. Until our first handler is there, 30 ms later, SIGTERM, SIGINT, SIGHUP and
 * SIGUSR2 would end the daemon, also in the middle of an upgrade, and SIGUSR1 would open a debugger. Here these two
 * calls, which nothing else makes in this form, leave the signals blocked. `releaseSignals` of the addon unblocks them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* Of the C library that Node.js is linked with: this library is linked with none. */
long syscall(long number, ...);

typedef uint64_t kernel_sigset;

#define BIT(number) ((kernel_sigset)1 << ((number)-1))

static const kernel_sigset held =
    BIT(SIGHUP) | BIT(SIGINT) | BIT(SIGQUIT) | BIT(SIGUSR1) | BIT(SIGUSR2) | BIT(SIGTERM);

/* What the C libraries use among their threads, and never block. */
static const kernel_sigset internal = BIT(32) | BIT(33) | BIT(34);

__attribute__((visibility("default"))) int pthread_sigmask(int how, const sigset_t *set, sigset_t *previous) {
  kernel_sigset wanted = 0;
  if (set != NULL) {
    wanted = *(const kernel_sigset *)set & ~internal;
    if (wanted == BIT(SIGUSR1) && how == SIG_SETMASK) wanted = held;
    if (wanted == BIT(SIGUSR1) && how == SIG_UNBLOCK) wanted = 0;
  }
  const long result =
      syscall(SYS_rt_sigprocmask, how, set == NULL ? NULL : &wanted, previous, sizeof(kernel_sigset));
  return result == 0 ? 0 : EINVAL;
}
