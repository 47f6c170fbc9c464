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

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/* As in linux/sched.h, which not every C library comes with. */
struct clone_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* The C library has no function for it. The child begins with the function, on its own stack. */
static long clone3(const struct clone_arguments *arguments, int (*run)(void *), void *data) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall\n\t"
                   "test %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xor %%ebp, %%ebp\n\t"
                   "mov %[data], %%rdi\n\t"
                   "call *%[run]\n\t"
                   "hlt\n"
                   "1:"
                   : "=a"(result)
                   : "0"((long)SYS_clone3), "D"(arguments), "S"(sizeof *arguments), [run] "r"(run), [data] "r"(data)
                   : "rcx", "r11", "cc", "memory");
  return result;
#elif defined(__aarch64__)
  register long number __asm__("x8") = SYS_clone3;
  register long first __asm__("x0") = (long)arguments;
  register long second __asm__("x1") = sizeof *arguments;
  __asm__ volatile("svc #0\n\t"
                   "cbnz x0, 1f\n\t"
                   "mov x29, xzr\n\t"
                   "mov x0, %[data]\n\t"
                   "blr %[run]\n\t"
                   "brk #1\n"
                   "1:"
                   : "+r"(first)
                   : "r"(number), "r"(second), [run] "r"(run), [data] "r"(data)
                   : "cc", "memory");
  return first;
#else
  return -ENOSYS;
#endif
}

pid_t core_borrow_into(int (*run)(void *), void *data, int flags, int cgroup) {
  _Alignas(64) char stack[STACK_BYTES];
  const int signal_bits = 0xff;
  const struct clone_arguments arguments = {
      .flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP | (uint64_t)(flags & ~signal_bits),
      .exit_signal = (uint64_t)(flags & signal_bits),
      .stack = (uint64_t)(uintptr_t)stack,
      .stack_size = sizeof stack,
      .cgroup = (uint64_t)cgroup,
  };
  const kernel_sigset all = ~(kernel_sigset)0;
  kernel_sigset previous;
  core_set_signal_mask(&all, &previous);
  const long pid = clone3(&arguments, run, data);
  core_set_signal_mask(&previous, NULL);
  return (pid_t)pid;
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
