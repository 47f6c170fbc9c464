/*
 * A child by clone(CLONE_VM|CLONE_VFORK): no page tables are copied, and the parent goes on when the
 * program runs. Until then the child borrows the parent's memory, so it makes plain system calls only.
 * Where the kernel (or an emulator, or valgrind) turns the vfork into a fork, the step that failed comes
 * back through a close-on-exec pipe.
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LAST_SIGNAL = 64, FIRST_FREE_FD = 3, FD_LIMIT = 1 << 20, NO_REPORT = -1 };

struct child {
  const struct spawn_request *request;
  kernel_sigset altered;
  /* Where memory is shared, the failure is written here, else to the descriptor. */
  struct spawn_failure *failure;
  int report;
  /* It moves to its cgroup itself. */
  bool joins;
};

struct linux_dirent64 {
  uint64_t d_ino;
  int64_t d_off;
  unsigned short d_reclen;
  unsigned char d_type;
  char d_name[];
};

/* Large enough for the kernel's sigaction on every architecture; the handler is its first word. */
typedef uintptr_t signal_action[8];

static void set_signal_action(int number, void (*handler)(int)) {
  const signal_action action = {(uintptr_t)handler};
  syscall(SYS_rt_sigaction, number, action, NULL, sizeof(kernel_sigset));
}

static kernel_sigset bit_of(int number) { return (kernel_sigset)1 << (number - 1); }

/*
 * The signals that this process handles or ignores. Asking takes 64 system calls, as many as setting all of them
 * back in the child, which was a tenth of every start; the answer hardly ever changes, and is good for a second.
 */
static kernel_sigset altered_signals(void) {
  static kernel_sigset altered;
  static time_t asked_at = -1;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  if (now.tv_sec == asked_at) return altered;
  asked_at = now.tv_sec;
  altered = 0;
  for (int number = 1; number <= LAST_SIGNAL; number++) {
    signal_action action = {0};
    syscall(SYS_rt_sigaction, number, NULL, action, sizeof(kernel_sigset));
    if (action[0] != (uintptr_t)SIG_DFL) altered |= bit_of(number);
  }
  return altered;
}

/* What a child of Python sees: everything default, but SIGPIPE and SIGXFSZ ignored. */
static void reset_signals(kernel_sigset altered) {
  for (int number = 1; number <= LAST_SIGNAL; number++) {
    if (altered & bit_of(number)) set_signal_action(number, SIG_DFL);
  }
  set_signal_action(SIGPIPE, SIG_IGN);
  set_signal_action(SIGXFSZ, SIG_IGN);
  const kernel_sigset none = 0;
  core_set_signal_mask(&none, NULL);
}

static void seal_descriptor(int fd) {
  if (fd >= FIRST_FREE_FD) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int descriptor_from_name(const char *name) {
  int fd = 0;
  for (; *name; name++) {
    if (*name < '0' || *name > '9') return -1;
    fd = fd * 10 + (*name - '0');
  }
  return fd;
}

void core_seal_by_listing(void) {
  const int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > FD_LIMIT) limit.rlim_cur = FD_LIMIT;
    for (int fd = FIRST_FREE_FD; fd < (int)limit.rlim_cur; fd++) seal_descriptor(fd);
    return;
  }
  _Alignas(struct linux_dirent64) char entries[4096];
  long length;
  while ((length = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < length;) {
      const struct linux_dirent64 *entry = (const struct linux_dirent64 *)(entries + at);
      seal_descriptor(descriptor_from_name(entry->d_name));
      at += entry->d_reclen;
    }
  }
  close(folder);
}

static int seal_descriptors(const struct spawn_request *request) {
  if (syscall(SYS_close_range, FIRST_FREE_FD, ~0U, CLOSE_RANGE_CLOEXEC) != 0) core_seal_by_listing();
  for (size_t i = 0; i < request->keep_count; i++) {
    if (fcntl(request->keep[i], F_SETFD, 0) != 0) return -1;
  }
  return 0;
}

/* Sources among 0..2 move up first: each may be the target of another. */
static int place_stdio(const int stdio[3]) {
  int source[3];
  for (int target = 0; target < 3; target++) {
    source[target] = stdio[target];
    if (source[target] < FIRST_FREE_FD && source[target] != target) {
      source[target] = fcntl(source[target], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
      if (source[target] < 0) return -1;
    }
  }
  for (int target = 0; target < 3; target++) {
    if (source[target] == target) {
      if (fcntl(target, F_SETFD, 0) != 0) return -1;
    } else if (dup2(source[target], target) < 0) {
      return -1;
    }
  }
  return 0;
}

/*
 * The child shares our descriptors and leaves them without copying one, so that a start costs the same however
 * many programs there are (the copy for 1,000 of them, and closing it again, took a fifth of a millisecond).
 * Its own take the lowest numbers, which are free now. Until the first call has gone well it must not touch any.
 */
static enum spawn_step open_stdio(const char *const fifos[3]) {
  if (syscall(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE) != 0) return STEP_DUP2;
  for (int target = 0; target < 3; target++) {
    const int fd = fifos[target] ? (int)syscall(SYS_openat, AT_FDCWD, fifos[target], O_RDWR | O_NOCTTY) : dup(1);
    if (fd < 0) return STEP_OPEN;
  }
  return STEP_NONE;
}

/* The lowest descriptor that is not one of the child's own. */
static int first_unused(const struct spawn_request *request) {
  int first = FIRST_FREE_FD;
  for (size_t i = 0; i < request->move_count; i++) {
    if (request->moves[i].to >= first) first = request->moves[i].to + 1;
  }
  if (request->extra_fifo && request->extra_fd >= first) first = request->extra_fd + 1;
  return first;
}

/* All sources move above all targets first: each may be the target of another. */
static int move_descriptors(const struct spawn_request *request) {
  const int above = first_unused(request);
  for (size_t i = 0; i < request->move_count; i++) {
    request->moves[i].from = fcntl(request->moves[i].from, F_DUPFD_CLOEXEC, above);
    if (request->moves[i].from < 0) return -1;
  }
  for (size_t i = 0; i < request->move_count; i++) {
    if (dup2(request->moves[i].from, request->moves[i].to) < 0) return -1;
  }
  return 0;
}

/* Where the number is taken, what has it is ours and goes. */
static enum spawn_step open_extra(const struct spawn_request *request) {
  if (!request->extra_fifo) return STEP_NONE;
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, request->extra_fifo, O_RDWR | O_NOCTTY);
  if (fd < 0) return STEP_OPEN;
  if (fd == request->extra_fd) return STEP_NONE;
  if (dup2(fd, request->extra_fd) < 0) return STEP_DUP2;
  close(fd);
  return STEP_NONE;
}

static enum spawn_step take_stdio(const struct spawn_request *request) {
  if (request->fifos[0]) return open_stdio(request->fifos);
  if (place_stdio(request->stdio) != 0 || seal_descriptors(request) != 0) return STEP_DUP2;
  return move_descriptors(request) == 0 ? STEP_NONE : STEP_DUP2;
}

/* Takes some 10 ms: the kernel waits until no process is forking. */
static int join_cgroup(const char *cgroup) {
  const int folder = (int)syscall(SYS_openat, AT_FDCWD, cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  const int fd = (int)syscall(SYS_openat, folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  close(folder);
  if (fd < 0) return -1;
  const ssize_t written = syscall(SYS_write, fd, "0", 1);
  const int error = errno;
  close(fd);
  errno = error;
  return written == 1 ? 0 : -1;
}

static int set_limits(const struct spawn_request *request, struct spawn_failure *failure) {
  for (size_t i = 0; i < request->limit_count; i++) {
    failure->limit = (int)i;
    if (setrlimit(request->limits[i].resource, &request->limits[i].limit) != 0) return -1;
  }
  return 0;
}

/* glibc's functions for these would try to change every thread of the parent. */
static int set_groups(const struct spawn_request *request) {
#ifdef SYS_setgroups32
  return (int)syscall(SYS_setgroups32, request->group_count, request->groups);
#else
  return (int)syscall(SYS_setgroups, request->group_count, request->groups);
#endif
}

static int set_gid(gid_t gid) {
#ifdef SYS_setresgid32
  return (int)syscall(SYS_setresgid32, gid, gid, gid);
#else
  return (int)syscall(SYS_setresgid, gid, gid, gid);
#endif
}

static int set_uid(uid_t uid) {
#ifdef SYS_setresuid32
  return (int)syscall(SYS_setresuid32, uid, uid, uid);
#else
  return (int)syscall(SYS_setresuid, uid, uid, uid);
#endif
}

/* Returns the end. */
static char *write_number(char *at, unsigned long long number, int room) {
  char digits[TICKS_DIGITS];
  int length = 0;
  do {
    digits[length++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0 && length < room);
  while (length > 0) *at++ = digits[--length];
  return at;
}

static void write_pid(const struct spawn_request *request) {
  for (size_t i = 0; i < request->pid_variable_count; i++) {
    char *at = strchr(request->env[request->pid_variables[i]], '=') + 1;
    *write_number(at, (unsigned long long)syscall(SYS_getpid), PID_DIGITS) = '\0';
  }
}

/* The 22nd field of proc(5), the 20th behind the name in parentheses, which may hold anything; 0 where it is not known. */
static unsigned long long start_ticks(void) {
  char text[1024];
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const long length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  if (length <= 0) return 0;
  text[length] = '\0';
  const char *at = strrchr(text, ')');
  for (int field = 0; at && field < 20; field++) at = strchr(at + 1, ' ');
  unsigned long long ticks = 0;
  for (at = at ? at + 1 : ""; *at >= '0' && *at <= '9'; at++) ticks = 10 * ticks + (unsigned long long)(*at - '0');
  return ticks;
}

static void fill(char *at, int room, unsigned long long number) {
  char *end = write_number(at, number, room);
  memset(end, ' ', (size_t)(at + room - end));
}

/* What cannot be written is missing from the file, whose writer notices that by its size. */
static void write_note(const struct spawn_note *note) {
  const unsigned long long ticks = start_ticks();
  fill(note->text + note->pid_at, PID_DIGITS, (unsigned long long)syscall(SYS_getpid));
  if (ticks > 0) fill(note->text + note->ticks_at, TICKS_DIGITS, ticks);
  syscall(SYS_write, note->fd, note->text, note->length);
}

static enum spawn_step become_user(const struct spawn_request *request) {
  const struct spawn_attributes *attributes = &request->attributes;
  if (attributes->has_capabilities && core_limit_capabilities(attributes) != 0) return STEP_CAPABILITIES;
  if (request->change_user) {
    if (set_groups(request) != 0) return STEP_SETGROUPS;
    if (set_gid(request->gid) != 0) return STEP_SETGID;
    if (set_uid(request->uid) != 0) return STEP_SETUID;
  }
  if (attributes->has_capabilities && core_take_capabilities(attributes) != 0) return STEP_CAPABILITIES;
  if (attributes->no_new_privileges && core_forbid_new_privileges() != 0) return STEP_NEW_PRIVILEGES;
  /* It does not fail for a signal that exists. */
  if (attributes->dies_with_parent) (void)core_die_with_parent();
  return STEP_NONE;
}

/* Returns the step that failed; limits come before the user, since only root may raise them. */
static enum spawn_step become_program(const struct child *child, struct spawn_failure *failure) {
  const struct spawn_request *request = child->request;
  if (request->session) {
    if (setsid() < 0) return STEP_SETSID;
  } else if (!request->same_group && setpgid(0, 0) != 0) {
    return STEP_SETPGID;
  }
  enum spawn_step failed = take_stdio(request);
  if (failed == STEP_NONE) failed = open_extra(request);
  if (failed != STEP_NONE) return failed;
  if (child->joins && join_cgroup(request->cgroup) != 0) return STEP_CGROUP;
  if (set_limits(request, failure) != 0) return STEP_SETRLIMIT;
  failed = core_set_attributes(&request->attributes);
  if (failed != STEP_NONE) return failed;
  failed = become_user(request);
  if (failed != STEP_NONE) return failed;
  if (request->cwd && chdir(request->cwd) != 0) return STEP_CHDIR;
  if (request->umask >= 0) umask((mode_t)request->umask);
  write_pid(request);
  reset_signals(child->altered);
  if (request->not_after > 0 && core_boot_time() > request->not_after) {
    errno = ETIME;
    return STEP_LATE;
  }
  execve(request->file, request->argv, request->env);
  return STEP_EXECVE;
}

static int run_child(void *data) {
  const struct child *child = data;
  int report = child->report;
  if (report >= 0) report = fcntl(report, F_DUPFD_CLOEXEC, first_unused(child->request));
  if (child->request->note) write_note(child->request->note);
  if (child->request->guard_note) write_note(child->request->guard_note);
  struct spawn_failure failure = {0};
  failure.step = become_program(child, &failure);
  failure.error = errno;
  if (child->report == NO_REPORT) {
    *child->failure = failure;
  } else {
    syscall(SYS_write, report, &failure, sizeof failure);
  }
  _exit(127);
}

static pid_t spawn_and_listen(const struct spawn_request *request, struct spawn_failure *failure) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  struct child child = {request, altered_signals(), NULL, report[1], request->cgroup != NULL};
  const pid_t pid = core_borrow(run_child, &child, SIGCHLD);
  close(report[1]);
  if (pid > 0) {
    struct spawn_failure reported;
    if (core_read(report[0], &reported, sizeof reported) == (ssize_t)sizeof reported) *failure = reported;
  }
  close(report[0]);
  return pid;
}

/*
 * Clones into the cgroup. Where that is not possible the child moves itself, and that fails with what is wrong with
 * the cgroup.
 */
static pid_t borrow_into_cgroup(struct child *child, int flags) {
  const int cgroup = open(child->request->cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (cgroup >= 0) {
    const pid_t pid = core_borrow_into(run_child, child, flags, cgroup);
    close(cgroup);
    if (pid > 0 || pid == -EAGAIN || pid == -ENOMEM) return pid;
  }
  child->joins = true;
  return core_borrow(run_child, child, flags);
}

pid_t core_spawn(const struct spawn_request *request, struct spawn_failure *failure) {
  failure->error = 0;
  if (!core_shares_memory()) return spawn_and_listen(request, failure);
  struct child child = {request, altered_signals(), failure, NO_REPORT, false};
  const int flags = SIGCHLD | (request->fifos[0] ? CLONE_FILES : 0);
  return request->cgroup ? borrow_into_cgroup(&child, flags) : core_borrow(run_child, &child, flags);
}
