/*
 * Every function of the system call core, failing paths too, to be run under valgrind:
 *   valgrind --error-exitcode=1 --leak-check=full --track-fds=yes core_test FOLDER
 * What the functions do for JavaScript is tested in the .test.ts files beside this one.
 */
#include "../../src/native/core.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno); \
      exit(2);                                                                  \
    }                                                                           \
  } while (0)

static void path_of(char *path, size_t length, const char *name) { snprintf(path, length, "%s/%s", folder, name); }

static int wait_for(pid_t pid) {
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid);
  return status;
}

static struct spawn_request shell(const char *script, char *argv[4], int null) {
  static char *const environment[] = {"PATH=/usr/bin:/bin", "WORD=said", NULL};
  argv[0] = "sh";
  argv[1] = "-c";
  argv[2] = (char *)script;
  argv[3] = NULL;
  return (struct spawn_request){
      .file = "/bin/sh", .argv = argv, .env = environment, .stdio = {null, null, null}, .umask = -1};
}

static void runs_a_program(int null) {
  char *argv[4];
  struct spawn_request request = shell("test $WORD = said && test $(umask) = 0027 && exit 7", argv, null);
  const struct spawn_limit limit = {RLIMIT_CORE, {0, 0}};
  const int keep[] = {null};
  request.umask = 027;
  request.cwd = "/";
  request.limits = &limit;
  request.limit_count = 1;
  request.keep = keep;
  request.keep_count = 1;
  struct spawn_failure failure;
  const pid_t pid = core_spawn(&request, &failure);
  CHECK(pid > 0 && failure.error == 0);
  CHECK(WEXITSTATUS(wait_for(pid)) == 7);
  request.session = true;
  const pid_t second = core_spawn(&request, &failure);
  CHECK(second > 0 && failure.error == 0);
  CHECK(WEXITSTATUS(wait_for(second)) == 7);
}

static void fails_at(struct spawn_request request, int step, int error) {
  struct spawn_failure failure;
  const pid_t pid = core_spawn(&request, &failure);
  CHECK(pid > 0);
  CHECK(failure.step == step);
  CHECK(failure.error == error);
  CHECK(WEXITSTATUS(wait_for(pid)) == 127);
}

static void tells_the_step_that_failed(int null) {
  char *argv[4];
  const struct spawn_request good = shell("exit 0", argv, null);
  struct spawn_request request = good;
  request.file = "/nowhere/at/all";
  fails_at(request, STEP_EXECVE, ENOENT);
  request = good;
  request.cwd = "/nowhere";
  fails_at(request, STEP_CHDIR, ENOENT);
  request = good;
  request.stdio[1] = 1000;
  fails_at(request, STEP_DUP2, EBADF);
  const struct spawn_limit limit = {RLIMIT_CORE, {2, 1}};
  request = good;
  request.limits = &limit;
  request.limit_count = 1;
  fails_at(request, STEP_SETRLIMIT, EINVAL);
}

static void changes_the_user(int null) {
  if (geteuid() != 0) return;
  char *argv[4];
  const gid_t groups[] = {12345};
  struct spawn_request request = shell("test \"$(id -u) $(id -G)\" = '65534 65533 12345'", argv, null);
  request.change_user = true;
  request.uid = 65534;
  request.gid = 65533;
  request.groups = groups;
  request.group_count = 1;
  struct spawn_failure failure;
  const pid_t pid = core_spawn(&request, &failure);
  CHECK(pid > 0 && failure.error == 0);
  CHECK(wait_for(pid) == 0);
}

static void says_when_nothing_can_be_started(int null) {
  struct rlimit before, none;
  CHECK(core_getrlimit(RLIMIT_NOFILE, &before) == 0);
  none = before;
  none.rlim_cur = 0;
  CHECK(core_setrlimit(RLIMIT_NOFILE, &none) == 0);
  char *argv[4];
  const struct spawn_request request = shell("exit 0", argv, null);
  struct spawn_failure failure;
  const pid_t pid = core_spawn(&request, &failure);
  int ends[2];
  const int piped = core_pipe(ends);
  CHECK(core_setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(piped == -EMFILE);
  if (core_shares_memory()) {
    /* The failure is reported without opening anything. */
    CHECK(pid > 0 && failure.step == STEP_DUP2 && WEXITSTATUS(wait_for(pid)) == 127);
  } else {
    CHECK(pid == -EMFILE);
  }
}

static void makes_fifos(int null) {
  char base[4096], path[4200];
  path_of(base, sizeof base, "channel");
  struct fifo_request request = {.base = base, .wanted = {true, true, true}};
  int fds[3], again[3];
  umask(077);
  CHECK(core_open_fifos(&request, fds) == 0 && fds[0] == -1 && fds[1] > 2 && fds[2] > 2);
  CHECK(umask(022) == 077);
  CHECK(core_open_fifos(&request, again) == 0);
  struct stat status, other;
  CHECK(fstat(fds[1], &status) == 0 && status.st_mode == (S_IFIFO | 0600));
  CHECK(fstat(again[1], &other) == 0 && other.st_ino != status.st_ino);
  for (int i = 1; i < 3; i++) close(fds[i]);
  if (core_opens_fifos()) {
    char in[4200], out[4200];
    snprintf(in, sizeof in, "%s.stdin", base);
    snprintf(out, sizeof out, "%s.stdout", base);
    char *argv[4], said[8] = {0};
    struct spawn_request child = shell("echo out; echo err >&2; test ! -e /proc/$$/fd/3", argv, null);
    child.fifos[0] = in;
    child.fifos[1] = out;
    struct spawn_failure failure;
    const pid_t pid = core_spawn(&child, &failure);
    CHECK(pid > 0 && failure.error == 0 && fcntl(null, F_GETFD) == FD_CLOEXEC);
    CHECK(WEXITSTATUS(wait_for(pid)) == 0);
    CHECK(core_read(again[1], said, sizeof said) == 8 && memcmp(said, "out\nerr\n", 8) == 0);
    child.fifos[1] = "/nowhere";
    fails_at(child, STEP_OPEN, ENOENT);
    CHECK(fcntl(null, F_GETFD) == FD_CLOEXEC);
  }
  for (int i = 1; i < 3; i++) close(again[i]);
  core_remove_fifos(base);
  snprintf(path, sizeof path, "%s.stdin", base);
  CHECK(stat(path, &status) != 0 && errno == ENOENT);
  snprintf(path, sizeof path, "%s.stderr", base);
  CHECK(mkdir(path, 0700) == 0 && core_open_fifos(&request, fds) == -EISDIR && rmdir(path) == 0);
  snprintf(path, sizeof path, "%s.stdout", base);
  CHECK(stat(path, &status) != 0 && errno == ENOENT);
  memset(base, 'x', sizeof base - 1);
  base[sizeof base - 1] = '\0';
  CHECK(core_open_fifos(&request, fds) == -ENAMETOOLONG);
}

static void seals_without_close_range(void) {
  const int fd = open("/dev/null", O_RDONLY);
  CHECK(fd > 2 && fcntl(fd, F_GETFD) == 0);
  const int outer = fcntl(1, F_GETFD);
  core_seal_by_listing();
  CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(1, F_GETFD) == outer);
  close(fd);
}

static void reaps_everything(int null) {
  enum { CHILDREN = 5 };
  char *argv[4];
  const struct spawn_request request = shell("exit 3", argv, null);
  for (int i = 0; i < CHILDREN; i++) {
    struct spawn_failure failure;
    CHECK(core_spawn(&request, &failure) > 0 && failure.error == 0);
  }
  struct exit_record records[2];
  for (int left = CHILDREN; left > 0;) {
    const size_t count = core_reap(records, 2);
    for (size_t i = 0; i < count; i++) CHECK(records[i].pid > 0 && WEXITSTATUS(records[i].status) == 3);
    left -= (int)count;
    if (count == 0) usleep(1000);
  }
  CHECK(core_reap(records, 2) == 0);
}

static void stays_as_it_was_when_execve_fails(int null) {
  char *const argv[] = {"x", NULL};
  const int keep[] = {null}, bad[] = {1000};
  signal(SIGPIPE, SIG_IGN);
  CHECK(core_execve("/nowhere", argv, argv + 1, keep, 1) == -ENOENT);
  CHECK(core_execve("/bin/true", argv, argv + 1, bad, 1) == -EBADF);
  CHECK(fcntl(null, F_GETFD) == FD_CLOEXEC);
  CHECK(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
}

static bool blocks_and_unblocks(void) {
  const int numbers[] = {SIGTERM, SIGUSR2}, wrong[] = {NSIG + 1};
  sigset_t mask, pending;
  const bool blocked = core_block_signals(numbers, 2, true) == 0 && raise(SIGUSR2) == 0;
  signal(SIGUSR2, SIG_IGN);
  const bool held = sigpending(&pending) == 0 && core_block_signals(numbers, 2, false) == 0;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  return blocked && held && !sigismember(&mask, SIGTERM) && core_block_signals(wrong, 1, true) == -EINVAL;
}

static void manages_itself(void) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) _exit(blocks_and_unblocks() ? 0 : 1);
  const int pidfd = core_pidfd_open(child);
  CHECK(pidfd >= 0 || pidfd == -ENOSYS);
  if (pidfd >= 0) close(pidfd);
  CHECK(wait_for(child) == 0);
  CHECK(core_pidfd_open(-5) < 0);
  const struct rlimit wrong = {2, 1};
  CHECK(core_setrlimit(RLIMIT_CORE, &wrong) == -EINVAL);
  struct rlimit limit;
  CHECK(core_getrlimit(-1, &limit) == -EINVAL);
}

static void knows_users_and_groups(void) {
  struct passwd user;
  struct group group;
  char *storage;
  CHECK(core_user_by_name("root", &user, &storage) == 1 && user.pw_uid == 0 && user.pw_dir[0] == '/');
  free(storage);
  CHECK(core_user_by_id(0, &user, &storage) == 1 && strcmp(user.pw_name, "root") == 0);
  free(storage);
  CHECK(core_group_by_name("root", &group, &storage) == 1 && group.gr_gid == 0);
  free(storage);
  CHECK(core_group_by_id(0, &group, &storage) == 1 && strcmp(group.gr_name, "root") == 0);
  free(storage);
  CHECK(core_user_by_name("no such user", &user, &storage) == 0);
  CHECK(core_user_by_id(3999999999u, &user, &storage) == 0);
  CHECK(core_group_by_name("no such group", &group, &storage) == 0);
  CHECK(core_group_by_id(3999999999u, &group, &storage) == 0);
  gid_t *groups;
  CHECK(core_groups_of_user("root", 0, &groups) >= 1 && groups[0] == 0);
  free(groups);
}

static void handles_descriptors(void) {
  int ends[2];
  char bytes[8] = {0};
  CHECK(core_pipe(ends) == 0 && fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
  CHECK(core_set_nonblocking(ends[0], true) == 0 && core_read(ends[0], bytes, sizeof bytes) == -EAGAIN);
  CHECK(core_write(ends[1], "abc", 3) == 3 && core_read(ends[0], bytes, sizeof bytes) == 3);
  CHECK(memcmp(bytes, "abc", 3) == 0);
  CHECK(core_set_nonblocking(ends[0], false) == 0 && (fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
  CHECK(core_set_pipe_size(ends[0], 1 << 16) >= 1 << 16 && core_set_pipe_size(-1, 4096) == -EBADF);
  CHECK(core_pipe_size(ends[1]) >= 1 << 16 && core_pipe_size(-1) == -EBADF);
  CHECK(core_dup2(ends[0], ends[1]) == ends[1] && core_dup2(-1, ends[1]) == -EBADF);
  CHECK(core_set_nonblocking(-1, true) == -EBADF);
  CHECK(core_write(-1, bytes, 1) == -EBADF);
  close(ends[0]);
  close(ends[1]);
}

static struct pump_result pump(int from, int to, int64_t max_bytes) {
  char chunk[5];
  return core_pump(from, to, max_bytes, chunk, sizeof chunk);
}

static void pumps_into_a_file(void) {
  char path[4096];
  path_of(path, sizeof path, "log");
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
  int ends[2];
  CHECK(file >= 0 && core_pipe(ends) == 0 && core_set_nonblocking(ends[0], true) == 0);
  struct pump_result result = pump(ends[0], file, 100);
  CHECK(result.end == PUMP_EMPTY && result.moved == 0);
  CHECK(core_write(ends[1], "hello, world", 12) == 12);
  result = pump(ends[0], file, 7);
  CHECK(result.end == PUMP_LIMIT && result.moved == 7);
  result = pump(ends[0], file, 100);
  CHECK(result.end == PUMP_EMPTY && result.moved == 5);
  CHECK(core_write(ends[1], "again", 5) == 5);
  close(ends[1]);
  result = pump(ends[0], file, 100);
  CHECK(result.end == PUMP_EOF && result.moved == 5);
  struct stat status;
  CHECK(fstat(file, &status) == 0 && status.st_size == 17);
  close(ends[0]);
  CHECK(pump(ends[0], file, 100).end == PUMP_READ_FAILED);
  close(file);
}

static void sets_timers(void) {
  uint64_t expirations = 0;
  const int timer = core_create_timer();
  CHECK(timer >= 0 && fcntl(timer, F_GETFD) == FD_CLOEXEC);
  CHECK(core_read(timer, &expirations, sizeof expirations) == -EAGAIN);
  CHECK(core_set_timer(timer, 1) == 0 && core_set_nonblocking(timer, false) == 0);
  CHECK(core_read(timer, &expirations, sizeof expirations) == sizeof expirations && expirations == 1);
  CHECK(core_set_nonblocking(timer, true) == 0);
  CHECK(core_set_timer(timer, 3600 * 1000000000ll) == 0 && core_set_timer(timer, 0) == 0);
  CHECK(core_read(timer, &expirations, sizeof expirations) == -EAGAIN);
  CHECK(core_set_timer(-1, 1) == -EBADF);
  close(timer);
}

static void pumps_into_what_refuses(void) {
  int ends[2];
  CHECK(core_pipe(ends) == 0 && core_write(ends[1], "hello", 5) == 5);
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC | O_APPEND);
  CHECK(full >= 0);
  struct pump_result result = pump(ends[0], full, 100);
  CHECK(result.end == PUMP_WRITE_FAILED && result.error == ENOSPC);
  CHECK(result.rest_offset == 0 && result.rest_length == 5);
  CHECK(core_write(ends[1], "again", 5) == 5);
  CHECK(pump(ends[0], 1000, 100).error == EBADF);
  close(full);
  close(ends[0]);
  close(ends[1]);
}

static void listens_on_unix(void) {
  char path[4096], lengthy[4096];
  path_of(path, sizeof path, "socket");
  memset(lengthy, 'x', 200);
  lengthy[200] = '\0';
  CHECK(!core_unix_socket_is_live(path));
  const int fd = core_listen_unix(path, 0700, 5);
  struct stat status;
  CHECK(fd >= 0 && stat(path, &status) == 0 && status.st_mode == (S_IFSOCK | 0700));
  CHECK(core_unix_socket_is_live(path));
  CHECK(core_listen_unix(path, 0700, 5) == -EADDRINUSE);
  CHECK(core_listen_unix(lengthy, 0700, 5) == -ENAMETOOLONG && core_listen_unix("", 0700, 5) == -ENOENT);
  CHECK(!core_unix_socket_is_live(lengthy));
  close(fd);
  CHECK(!core_unix_socket_is_live(path));
}

static void knows_where_a_socket_listens(int null) {
  char path[4096];
  path_of(path, sizeof path, "listening");
  CHECK(core_unix_listener(path) == -ENOENT);
  const int fd = core_listen_unix(path, 0700, 5);
  CHECK(core_unix_listener(path) == getpid());
  struct listening_address address;
  CHECK(core_listening_address(fd, &address) == 0 && address.port == -1 && strcmp(address.path, path) == 0);
  close(fd);
  CHECK(core_unix_listener(path) == -ECONNREFUSED);
  int resolver;
  const int four = core_listen_inet("127.0.0.1", 0, 5, &resolver);
  CHECK(core_listening_address(four, &address) == 0 && address.port > 0 && address.path[0] == '\0');
  close(four);
  const int silent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(core_listening_address(silent, &address) == -EINVAL);
  close(silent);
  CHECK(core_listening_address(silent, &address) == -EBADF && core_listening_address(null, &address) == -ENOTSOCK);
}

static void watches_folders(void) {
  char path[4096], name[4096], bytes[4096];
  path_of(path, sizeof path, "watched");
  path_of(name, sizeof name, "watched/name");
  const int fd = core_open_watch();
  CHECK(fd >= 0 && core_watch_folder(fd, path, IN_DELETE) == -ENOENT && mkdir(path, 0700) == 0);
  const int watch = core_watch_folder(fd, path, IN_DELETE);
  CHECK(watch > 0 && core_watch_folder(fd, path, IN_CREATE) == watch);
  CHECK(core_watch_folder(fd, "/dev/null", IN_CREATE) == -ENOTDIR);
  CHECK(core_read(fd, bytes, sizeof bytes) == -EAGAIN);
  const int file = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  CHECK(file >= 0 && core_read(fd, bytes, sizeof bytes) > 0);
  const struct inotify_event *event = (const struct inotify_event *)bytes;
  CHECK(event->wd == watch && event->mask == IN_CREATE && strcmp(event->name, "name") == 0);
  CHECK(core_unwatch_folder(fd, watch) == 0 && core_unwatch_folder(fd, watch) == -EINVAL);
  close(fd);
  const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
  struct stat status;
  CHECK(utimensat(AT_FDCWD, name, old, 0) == 0 && core_renew_times(name, false) == 0 && stat(name, &status) == 0);
  CHECK(status.st_atim.tv_sec > 1000 && status.st_mtim.tv_sec == 1000);
  CHECK(core_renew_times(name, true) == 0 && stat(name, &status) == 0 && status.st_mtim.tv_sec > 1000);
  path_of(path, sizeof path, "watched/other");
  CHECK(core_link_open_file(file, path) == 0 && core_link_open_file(file, path) == -EEXIST);
  CHECK(unlink(path) == 0 && unlink(name) == 0 && core_link_open_file(file, path) == -ENOENT);
  CHECK(core_renew_times(name, true) == -ENOENT);
  close(file);
  path_of(path, sizeof path, "watched");
  CHECK(rmdir(path) == 0);
}

static void sends_datagrams(void) {
  char path[4096];
  path_of(path, sizeof path, "datagrams");
  CHECK(core_connect_datagram(path) == -ENOENT);
  const int server = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, path, strlen(path));
  CHECK(bind(server, (const struct sockaddr *)&address, sizeof address) == 0);
  const int fd = core_connect_datagram(path);
  CHECK(fd >= 0 && core_write(fd, "one", 3) == 3 && core_write(fd, "two", 3) == 3);
  char message[8];
  CHECK(core_read(server, message, sizeof message) == 3 && memcmp(message, "one", 3) == 0);
  close(server);
  CHECK(core_write(fd, "lost", 4) == -ECONNREFUSED);
  CHECK(core_connect_datagram(path) == -ECONNREFUSED);
  close(fd);
}

static void accepts_and_hangs_up(void) {
  char path[4096];
  path_of(path, sizeof path, "accepting");
  const int listening = core_listen_unix(path, 0700, 5);
  CHECK(listening >= 0 && core_accept(listening) == -EAGAIN);
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, path, strlen(path));
  CHECK(connect(client, (const struct sockaddr *)&address, sizeof address) == 0);
  const int fd = core_accept(listening);
  char byte;
  CHECK(fd >= 0 && core_read(fd, &byte, 1) == -EAGAIN);
  CHECK(core_shutdown_writing(fd) == 0 && core_read(client, &byte, 1) == 0);
  CHECK(core_write(client, "x", 1) == 1 && core_read(fd, &byte, 1) == 1);
  CHECK(core_set_prompt(listening) == -EOPNOTSUPP);
  close(fd);
  close(client);
  close(listening);
  CHECK(core_accept(listening) == -EBADF && core_shutdown_writing(fd) == -EBADF);
  int resolver;
  const int inet = core_listen_inet("127.0.0.1", 0, 5, &resolver);
  CHECK(inet >= 0 && core_set_prompt(inet) == 0);
  close(inet);
}

static void listens_on_inet(void) {
  int resolver;
  const int fd = core_listen_inet("127.0.0.1", 0, 5, &resolver);
  CHECK(fd >= 0 && resolver == 0);
  close(fd);
  const int all = core_listen_inet("", 0, 5, &resolver);
  CHECK(all >= 0);
  close(all);
  const int six = core_listen_inet("::1", 0, 5, &resolver);
  CHECK(six >= 0 || six == -EADDRNOTAVAIL || six == -EAFNOSUPPORT);
  if (six >= 0) close(six);
  CHECK(core_listen_inet("192.0.2.1", 0, 5, &resolver) == -EADDRNOTAVAIL);
  CHECK(core_listen_inet("999.1.1.1.", 0, 5, &resolver) < 0 && resolver != 0);
}

/* In the part of this program that is mapped read-only. */
static const char constants[3 * 65536] = {1};

/* A page of it with a copy of its own, as a breakpoint makes one in code. */
static void changes_a_constant(char value) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  char *const place = (char *)(((uintptr_t)constants + 65536) & ~(page - 1));
  CHECK(mprotect(place, page, PROT_READ | PROT_WRITE) == 0);
  *(volatile char *)place = value;
  CHECK(mprotect(place, page, PROT_READ) == 0);
  CHECK(core_release_pages("/proc/self/smaps") >= 0);
  CHECK(*(volatile char *)place == value);
}

static void writes_smaps(const char *path, const char *text) {
  FILE *file = fopen(path, "we");
  CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void gives_pages_back(void) {
  CHECK(core_mapped_bytes() > 0);
  CHECK(core_release_pages("/proc/self/smaps") > 0);
  CHECK(constants[0] == 1 && constants[65536] == 0);
  CHECK(core_mapped_bytes() > 0);
  changes_a_constant(7);

  CHECK(core_release_pages("/proc/self/nothing") == -ENOENT);
  char path[4096];
  path_of(path, sizeof path, "smaps");
  const char *const without_mappings[] = {
      "", "Rss: 4 kB\n", "what\n", "0-1000 r--p", "1000-2000 r-xp 0 08:01 17 /bin/x",
      "1000-2000 r-xp 0 08:01 17 /bin/x\nRss: 4 kB\nPrivate_Dirty: 0 kB\nAnonymous: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n",
  };
  for (size_t i = 0; i < sizeof without_mappings / sizeof *without_mappings; i++) {
    writes_smaps(path, without_mappings[i]);
    CHECK(core_release_pages(path) == 0);
  }
}

/* What smaps shows of the constants decides; the kernel would take all of these. */
static void keeps_what_is_no_file(void) {
  static const char *const shown[][2] = {
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 4 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 4 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 4 kB\nLocked: 0 kB\n"},
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 4 kB\n"},
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\n"},
      {"rw-p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"rwxp 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"r--s 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"r--p 00000000 00:00 0 ", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      {"r--p 00000000 00:00 0 [vdso]", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
      /* The last one is given back. */
      {"r--p 00000000 08:01 17 /bin/x", "Anonymous: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n"},
  };
  enum { COUNT = sizeof shown / sizeof *shown };
  char path[4096], text[1024];
  path_of(path, sizeof path, "smaps");
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t start = ((uintptr_t)constants + 65536) & ~(page - 1);
  for (size_t i = 0; i < COUNT; i++) {
    snprintf(text, sizeof text, "%lx-%lx %s\nRss: 4 kB\n%s", (unsigned long)start, (unsigned long)(start + page),
             shown[i][0], shown[i][1]);
    writes_smaps(path, text);
    CHECK(core_release_pages(path) == (i == COUNT - 1 ? 4096 : 0));
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  folder = argv[1];
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  CHECK(null > 2);
  runs_a_program(null);
  tells_the_step_that_failed(null);
  changes_the_user(null);
  says_when_nothing_can_be_started(null);
  makes_fifos(null);
  seals_without_close_range();
  reaps_everything(null);
  stays_as_it_was_when_execve_fails(null);
  manages_itself();
  keeps_what_is_no_file();
  gives_pages_back();
  knows_users_and_groups();
  handles_descriptors();
  sets_timers();
  pumps_into_a_file();
  pumps_into_what_refuses();
  listens_on_unix();
  knows_where_a_socket_listens(null);
  watches_folders();
  sends_datagrams();
  accepts_and_hangs_up();
  listens_on_inet();
  close(null);
  return 0;
}
