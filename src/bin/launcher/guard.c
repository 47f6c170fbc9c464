/*
 * The guard of programs that run on one node of a fleet at a time: it ends them when their slots are not confirmed any
 * more, also where the daemon was killed, or is stopped. It reads lines from its stdin:
 *
 *   w SLOT SIGNAL CGROUP      a program is about to be started; CGROUP is a folder, or `-`
 *   p SLOT PID TICKS          its process, which leads a process group; TICKS as in proc(5). The process writes it itself
 *   u SLOT STOP KILL          until when its slot is confirmed, in milliseconds of CLOCK_BOOTTIME
 *   q SLOT                    the daemon stops it: no signal before KILL
 *   x SLOT                    it has ended
 *
 * After STOP the program gets its signal, from KILL on SIGKILL, until nothing is left of its group and its cgroup. The
 * guard ends when its stdin has ended and no program is left.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 4608, AGAIN_MS = 50, LATER_MS = 1000, MOST_QUICK_TRIES = 40, OOM_LEAST = -1000 };

struct program {
  struct program *next;
  unsigned long slot;
  int signal;
  char *cgroup; /* NULL: none */
  pid_t pid; /* 0: not known yet */
  unsigned long long ticks; /* 0: not known */
  int64_t stop_at, kill_at;
  bool is_signalled;
  int tries;
};

static struct program *programs;

static int64_t boot_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct program *find(unsigned long slot) {
  struct program *one = programs;
  while (one != NULL && one->slot != slot) one = one->next;
  return one;
}

static void forget(unsigned long slot) {
  for (struct program **at = &programs; *at != NULL; at = &(*at)->next) {
    struct program *one = *at;
    if (one->slot != slot) continue;
    *at = one->next;
    free(one->cgroup);
    free(one);
    return;
  }
}

/* Start time of a process; 0 where there is none, or it has ended and was not reaped. */
static unsigned long long ticks_of(pid_t pid) {
  char path[40], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return 0;
  text[length] = '\0';
  char *at = strrchr(text, ')');
  if (at == NULL || strlen(at) < 3 || at[2] == 'Z' || at[2] == 'X') return 0;
  for (int field = 0; at != NULL && field < 20; field++) at = strchr(at + 1, ' ');
  return at == NULL ? 0 : strtoull(at + 1, NULL, 10);
}

/* Another process has its pid now: nothing is left of the group, or the pid would not be free. */
static bool is_reused(const struct program *one) {
  const unsigned long long ticks = ticks_of(one->pid);
  return one->ticks != 0 && ticks != 0 && ticks != one->ticks;
}

static bool is_populated(const char *cgroup) {
  char path[LINE], text[256];
  snprintf(path, sizeof path, "%s/cgroup.events", cgroup);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  return strstr(text, "populated 1") != NULL;
}

static void kill_cgroup(const char *cgroup) {
  char path[LINE], text[32];
  snprintf(path, sizeof path, "%s/cgroup.kill", cgroup);
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool is_killed = fd >= 0 && write(fd, "1", 1) == 1;
  if (fd >= 0) close(fd);
  if (is_killed) return;
  /* Before Linux 5.14. */
  snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
  FILE *list = fopen(path, "re");
  if (list == NULL) return;
  while (fgets(text, sizeof text, list) != NULL) {
    const pid_t pid = (pid_t)strtol(text, NULL, 10);
    if (pid > 1) kill(pid, SIGKILL);
  }
  fclose(list);
}

/* Whether something may be left of it. A process that is about to be started has no pid yet. */
static bool is_left(const struct program *one) {
  if (one->cgroup != NULL && is_populated(one->cgroup)) return true;
  if (one->pid == 0 || is_reused(one)) return false;
  return kill(-one->pid, 0) == 0 || errno == EPERM;
}

static void end(struct program *one) {
  if (one->cgroup != NULL) kill_cgroup(one->cgroup);
  if (one->pid > 1 && !is_reused(one)) kill(-one->pid, SIGKILL);
}

/* Returns when to look again. */
static int64_t watch(struct program *one, int64_t now) {
  /* The daemon has a part of the time for itself: it also runs hooks. */
  const int64_t signal_at = one->stop_at + (one->kill_at - one->stop_at) / 8;
  if (now >= one->kill_at) {
    end(one);
    if (!is_left(one)) return INT64_MAX;
    /* A process that cannot be killed, or waits to be reaped, is looked at less often. */
    return now + (one->tries++ < MOST_QUICK_TRIES ? AGAIN_MS : LATER_MS);
  }
  if (!one->is_signalled && now >= signal_at) {
    one->is_signalled = true;
    if (one->pid > 1 && !is_reused(one)) kill(-one->pid, one->signal);
  }
  return one->is_signalled ? one->kill_at : signal_at;
}

static void take(char *line) {
  unsigned long slot;
  int at = 0;
  if (sscanf(line + 1, "%lu%n", &slot, &at) != 1) return;
  const char *rest = line + 1 + at;
  struct program *one = find(slot);
  switch (line[0]) {
    case 'w': {
      int number = 0, end_of_number = 0;
      if (sscanf(rest, "%d %n", &number, &end_of_number) != 1) return;
      forget(slot);
      one = calloc(1, sizeof *one);
      if (one == NULL) return;
      one->slot = slot;
      one->signal = number;
      one->kill_at = one->stop_at = INT64_MAX / 2;
      const char *cgroup = rest + end_of_number;
      if (strcmp(cgroup, "-") != 0) one->cgroup = strdup(cgroup);
      one->next = programs;
      programs = one;
      return;
    }
    case 'p': {
      int pid = 0;
      unsigned long long ticks = 0;
      if (one == NULL || sscanf(rest, "%d %llu", &pid, &ticks) < 1) return;
      one->pid = (pid_t)pid;
      one->ticks = ticks;
      return;
    }
    case 'u': {
      long long stop_at, kill_at;
      if (one == NULL || sscanf(rest, "%lld %lld", &stop_at, &kill_at) != 2) return;
      one->stop_at = stop_at;
      one->kill_at = kill_at;
      return;
    }
    case 'q':
      if (one != NULL) one->is_signalled = true;
      return;
    case 'x':
      forget(slot);
      return;
  }
}

/* False at the end. */
static bool read_lines(void) {
  static char text[2 * LINE];
  static size_t length;
  const ssize_t count = read(STDIN_FILENO, text + length, sizeof text - length - 1);
  if (count == 0) return false;
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  length += (size_t)count;
  text[length] = '\0';
  char *line = text;
  for (char *newline; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
    *newline = '\0';
    take(line);
  }
  length = strlen(line);
  memmove(text, line, length + 1);
  if (length > sizeof text - 2) length = 0;
  return true;
}

static void prepare(void) {
  /* Signals for the group of the daemon, or for its cgroup at a shutdown, do not end it: it ends by itself. */
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
  setpriority(PRIO_PROCESS, 0, -10);
  mlockall(MCL_CURRENT | MCL_FUTURE);
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  char score[8];
  const int length = snprintf(score, sizeof score, "%d", OOM_LEAST);
  if (write(fd, score, (size_t)length) < 0) errno = 0;
  close(fd);
}

int guard_programs(void) {
  prepare();
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  /* A timer of CLOCK_BOOTTIME is due as soon as the machine wakes up; a time limit of poll(2) is late by its sleep. */
  const int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  for (bool is_open = true;;) {
    const int64_t now = boot_time();
    int64_t due = INT64_MAX;
    bool is_any_left = false;
    for (struct program *one = programs; one != NULL; one = one->next) {
      const int64_t at = watch(one, now);
      if (at < due) due = at;
      if (now < one->kill_at ? is_left(one) : at != INT64_MAX) is_any_left = true;
    }
    if (!is_open && !is_any_left) return 0;
    const int64_t delay = due == INT64_MAX ? 0 : due > now ? due - now : 1;
    const struct itimerspec when = {.it_value = {delay / 1000, delay % 1000 * 1000000}};
    if (timer >= 0) timerfd_settime(timer, 0, &when, NULL);
    struct pollfd ready[] = {{is_open ? STDIN_FILENO : -1, POLLIN, 0}, {timer, POLLIN, 0}};
    /* A limit is needed without a timer, and at the end: no event reports the end of a process that is not a child. */
    const int limit = timer < 0 && delay > 0 ? (int)(delay < 1000 ? delay : 1000) : is_open ? -1 : 1000;
    poll(ready, 2, limit);
    if (ready[0].revents != 0) is_open = read_lines();
  }
}
