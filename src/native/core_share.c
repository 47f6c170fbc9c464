/*
 * A child that borrows our memory, and our descriptors where it is to have none of them copied: it runs while
 * the calling thread stands still, on a piece of its stack, until it executes a program or ends.
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_BYTES = 32 * 1024 };

struct trial {
  int fd;
  bool worked;
};

void core_set_signal_mask(const kernel_sigset *mask, kernel_sigset *previous) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, previous, sizeof *mask);
}

pid_t core_borrow(int (*run)(void *), void *data, int flags) {
  _Alignas(64) char stack[STACK_BYTES];
  const kernel_sigset all = ~(kernel_sigset)0;
  kernel_sigset previous;
  core_set_signal_mask(&all, &previous);
  const pid_t pid = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | flags, data);
  const int error = errno;
  core_set_signal_mask(&previous, NULL);
  return pid > 0 ? pid : -error;
}

static int show_memory(void *data) {
  struct trial *trial = data;
  trial->worked = true;
  _exit(0);
}

static int leave_descriptors(void *data) {
  struct trial *trial = data;
  trial->worked = syscall(SYS_close_range, trial->fd, trial->fd, CLOSE_RANGE_UNSHARE) == 0;
  _exit(0);
}

static bool works(int (*run)(void *), struct trial *trial, int flags) {
  trial->worked = false;
  const pid_t pid = core_borrow(run, trial, flags);
  if (pid < 0) return false;
  while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  return trial->worked;
}

bool core_shares_memory(void) {
  static int known = -1;
  struct trial trial;
  if (known < 0) known = works(show_memory, &trial, 0);
  return known;
}

/* The trial closes one descriptor that is made for it: where the child's table is ours after all, it is seen by that. */
static bool leaves_descriptors(void) {
  if (!core_shares_memory()) return false;
  struct trial trial = {.fd = open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (trial.fd < 0) return false;
  const bool worked = works(leave_descriptors, &trial, CLONE_FILES);
  if (fcntl(trial.fd, F_GETFD) < 0) return false;
  close(trial.fd);
  return worked;
}

bool core_opens_fifos(void) {
  static int known = -1;
  if (known < 0) known = leaves_descriptors();
  return known;
}
