/*
 * The system calls, without any Node in them, so that they run under valgrind on their own.
 * A function that can fail returns -errno.
 */
#ifndef VISORD_CORE_H
#define VISORD_CORE_H

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* ---- core_share.c */

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/* The kernel's own mask: glibc's sigset functions leave out the two signals it uses itself. */
typedef uint64_t kernel_sigset;

void core_set_signal_mask(const kernel_sigset *mask, kernel_sigset *previous);
/*
 * Runs a function in a child that has all signals blocked and shares our memory; returns its pid when it has
 * executed a program or ended. Flags are those of clone: its exit signal, CLONE_FILES to share our descriptors too.
 */
pid_t core_borrow(int (*run)(void *), void *data, int flags);
/*
 * The same in a cgroup, by its open folder; the function must not return. -ENOSYS where the kernel, or a filter of system
 * calls, does not have clone3.
 */
pid_t core_borrow_into(int (*run)(void *), void *data, int flags, int cgroup);
/* False where an emulator, or valgrind, makes a fork of it. Found out by trying, once. */
bool core_shares_memory(void);
/* Whether a child can leave our descriptors to us without a copy, and open its own. Found out by trying, once. */
bool core_opens_fifos(void);

/* ---- core_spawn.c */

/* The order is the one of `steps` in spawn.ts. */
enum spawn_step {
  STEP_SETPGID,
  STEP_SETSID,
  STEP_DUP2,
  STEP_OPEN,
  STEP_CGROUP,
  STEP_SETRLIMIT,
  STEP_NICE,
  STEP_IONICE,
  STEP_OOM_SCORE,
  STEP_AFFINITY,
  STEP_SETGROUPS,
  STEP_SETGID,
  STEP_SETUID,
  STEP_CAPABILITIES,
  STEP_NEW_PRIVILEGES,
  STEP_CHDIR,
  STEP_LATE,
  STEP_EXECVE,
  STEP_NONE,
};

/* Room for the largest pid in decimal. */
enum { PID_DIGITS = 10 };
/* Room for the largest start time of /proc/PID/stat in decimal. */
enum { TICKS_DIGITS = 20 };

/*
 * A text that the child writes in one piece before it executes the program, so that its pid is on record even if its
 * parent is killed at that moment. At the two places it puts its pid and its start time, over characters that mean
 * that they are not known; what follows is blank. The memory changes where it is shared.
 */
struct spawn_note {
  int fd;
  char *text;
  size_t length;
  size_t pid_at;
  size_t ticks_at;
};

struct spawn_move {
  int from;
  int to;
};

struct spawn_limit {
  int resource;
  struct rlimit limit;
};

/* The kernel's CPU set, for 1,024 of them. */
enum { CPU_WORDS = 1024 / (8 * sizeof(unsigned long)) };

struct spawn_attributes {
  bool has_nice, has_io_priority, has_oom_score, has_cpus, has_capabilities, no_new_privileges, dies_with_parent;
  int nice;
  int io_priority; /* as ioprio_set takes it */
  int oom_score;
  unsigned long cpus[CPU_WORDS];
  uint64_t capabilities; /* the only ones that the child has, one bit each */
};

struct spawn_request {
  const char *file;
  char *const *argv;
  char *const *env;
  const char *cwd; /* NULL: stay */
  int stdio[3];
  /*
   * Where the first is set: FIFOs that the child opens for reading and writing as its 0, 1 and 2, in place of
   * stdio; without a third its 2 is its 1. Only where core_opens_fifos(), and without keep.
   */
  const char *fifos[3];
  int umask; /* -1: keep */
  bool session;
  bool same_group; /* no group of its own; session wins */
  bool change_user;
  uid_t uid;
  gid_t gid;
  const gid_t *groups;
  size_t group_count;
  const int *keep;
  size_t keep_count;
  /* Descriptors of ours that the child has under other numbers; the sources are altered. Not with fifos. */
  struct spawn_move *moves;
  size_t move_count;
  /* A FIFO that the child opens for reading and writing as one more descriptor, from 3 up; NULL: none. */
  const char *extra_fifo;
  int extra_fd;
  /* Numbers of variables in env that get the pid of the child; they have PID_DIGITS characters behind their `=`. */
  const int *pid_variables;
  size_t pid_variable_count;
  const struct spawn_limit *limits;
  size_t limit_count;
  struct spawn_attributes attributes;
  const char *cgroup; /* folder of the cgroup that the child is started in; NULL: ours */
  const struct spawn_note *note; /* NULL: none */
  /* The same for the guard of programs that must end in time; NULL: none. */
  const struct spawn_note *guard_note;
  /* The program is not executed after this moment of CLOCK_BOOTTIME, in milliseconds; 0: no limit. */
  double not_after;
};

/* error is 0 where the program was executed. */
struct spawn_failure {
  int step;
  int error;
  int limit; /* for STEP_SETRLIMIT: which of the request's limits */
};

pid_t core_spawn(const struct spawn_request *request, struct spawn_failure *failure);
/* Marks all descriptors from 3 up close-on-exec by listing them: for kernels before 5.11. */
void core_seal_by_listing(void);

/* ---- core_attributes.c: for a child, in this order; -1 or a step with errno where one fails */

enum spawn_step core_set_attributes(const struct spawn_attributes *wanted);
/* Before the user changes. */
int core_limit_capabilities(const struct spawn_attributes *wanted);
/* After it. */
int core_take_capabilities(const struct spawn_attributes *wanted);
int core_forbid_new_privileges(void);
/* After the user has changed, which would take it back. */
int core_die_with_parent(void);

/* ---- core_fifos.c */

struct fifo_request {
  const char *base; /* the paths are this and .stdin, .stdout, .stderr */
  bool wanted[3];
  bool change_owner;
  uid_t uid;
  gid_t gid;
};

/*
 * Makes FIFOs with mode 0600 in place of what has their names, and opens those of stdout and stderr for
 * reading; -1 for the others. Nothing is left of them where one fails.
 */
int core_open_fifos(const struct fifo_request *request, int fds[3]);
/* Removes the names; one that is not there is fine. */
void core_remove_fifos(const char *base);

/* ---- core_process.c */

struct exit_record {
  pid_t pid;
  int status;
};

/* From now on malloc has one heap for all threads, and takes what is large from the system, and gives it back at once. */
void core_save_memory(void);

/* Gives memory that was freed back to the system. */
void core_trim_memory(void);

/* Fills at most capacity records; fewer than capacity means that nothing is left to reap. */
size_t core_reap(struct exit_record *records, size_t capacity);
/* Returns only on failure, with everything as it was. What is blocked stays blocked. */
int core_execve(const char *file, char *const *argv, char *const *env, const int *keep, size_t keep_count);
/* Of the calling thread. */
int core_block_signals(const int *numbers, size_t count, bool on);
int core_pidfd_open(pid_t pid);
/* A copy of another process's descriptor, close-on-exec. */
int core_pidfd_getfd(int pidfd, int fd);
/* The wait status of a process that is not our child; -ENODATA until its parent has reaped it. */
int core_pidfd_exit_status(int pidfd, int *status);
int core_getrlimit(int resource, struct rlimit *limit);
int core_setrlimit(int resource, const struct rlimit *limit);

/* ---- core_checksum.c */

uint64_t core_checksum(const uint8_t *bytes, size_t length);

/* ---- core_pages.c */

/* Resident bytes of mapped files; -errno without /proc. */
double core_mapped_bytes(void);
/*
 * Gives back the pages of the executed files that hold nothing but what is in the files; they are read again when they
 * are used. Returns the bytes, 0 where the kernel refuses, -errno where the file, /proc/self/smaps, cannot be read.
 */
double core_release_pages(const char *smaps);

/* ---- core_time.c */

/* CLOCK_BOOTTIME in milliseconds: it goes on while the machine sleeps. */
double core_boot_time(void);

/* How many seconds local time is ahead of UTC at a moment; 0 for one that no calendar has. */
long core_utc_offset(int64_t seconds);

/* ---- core_users.c: 1 found, 0 not found. *storage owns the strings, free() it when found. */

int core_user_by_name(const char *name, struct passwd *user, char **storage);
int core_user_by_id(uid_t uid, struct passwd *user, char **storage);
int core_group_by_name(const char *name, struct group *group, char **storage);
int core_group_by_id(gid_t gid, struct group *group, char **storage);
/* Returns the number of groups; free() *groups. */
int core_groups_of_user(const char *name, gid_t gid, gid_t **groups);

/* ---- core_files.c */

/* A descriptor with what changes in the folders that are watched; see inotify(7). */
int core_open_watch(void);
/* Returns the number of the watch, the same for every path of one folder; its mask is replaced. */
int core_watch_folder(int fd, const char *path, uint32_t mask);
int core_unwatch_folder(int fd, int watch);
/* An empty file in memory without a name, close-on-exec; its descriptor or -errno. */
int core_memory_file(void);

struct path_status {
  uint32_t mode;
  uint32_t uid;
};

int core_path_status(const char *path, bool follows_links, struct path_status *status);
/* The size of an open file; -ENOENT where it has lost its last name. */
int64_t core_named_size(int fd);
/* Sets the time of the last access, and of the last change too, to now; of a link itself. */
int core_renew_times(const char *path, bool modified);
/* Gives an open file one more name; -ENOENT where it has lost the last one. */
int core_link_open_file(int fd, const char *path);

/* ---- core_io.c */

/* PUMP_EMPTY: the pipe had less than was asked for; whether it has ended too is seen at the next try. */
enum pump_end {
  PUMP_LIMIT,
  PUMP_EMPTY,
  PUMP_EOF,
  PUMP_READ_FAILED,
  PUMP_WRITE_FAILED,
};

struct pump_result {
  int64_t moved;
  enum pump_end end;
  int error;
  /* The part of the chunk that was read and then not written. */
  size_t rest_offset;
  size_t rest_length;
};

int core_pipe(int ends[2]);
int core_set_nonblocking(int fd, bool on);
/* Of the open file, for as long as any descriptor of it is open; -EWOULDBLOCK where another one has it. */
int core_lock(int fd);
int core_set_pipe_size(int fd, int bytes);
int core_pipe_size(int fd);
/* A descriptor that becomes readable at a moment of the wall clock, and when that clock is set. */
int core_clock_timer(int64_t milliseconds);
/* A descriptor that becomes readable when the time of the last core_set_timer has passed. */
int core_create_timer(void);
/* 0 is never; either way it is not readable any more. */
int core_set_timer(int fd, int64_t nanoseconds);
int core_dup2(int from, int to);
ssize_t core_read(int fd, void *bytes, size_t length);
ssize_t core_write(int fd, const void *bytes, size_t length);
struct pump_result core_pump(int from, int to, int64_t max_bytes, char *chunk, size_t chunk_bytes);

/* ---- core_sockets.c */

int core_listen_unix(const char *path, mode_t mode, int backlog);
/* The pid of the process that listens at the path, 0 where it is not known, -errno where nothing can be reached. */
int core_unix_listener(const char *path);
bool core_unix_socket_is_live(const char *path);

struct listening_address {
  int port;       /* -1 for a unix socket */
  char path[109]; /* as it was bound; empty for others, and for a socket in the abstract namespace */
  char host[46];  /* in digits, as inet_ntop(3) writes it; empty for a unix socket */
};

/* Where a stream socket listens; -EINVAL for one that does not, -ENOTSOCK. */
int core_listening_address(int fd, struct listening_address *address);
int core_connect_datagram(const char *path);
/* Takes datagrams; the kernel adds to each the credentials of its sender. */
int core_bind_datagram(const char *path, mode_t mode);

/* pid 0: the kernel knows no sender. */
struct datagram_sender {
  pid_t pid;
  uid_t uid;
};

/* The length of the next datagram, cut to capacity. Descriptors that came with it are closed. */
ssize_t core_receive_datagram(int fd, void *bytes, size_t capacity, struct datagram_sender *sender);
/* *resolver gets getaddrinfo's code where the name is the problem, else 0. */
int core_listen_inet(const char *host, int port, int backlog, int *resolver);
/* For a listening socket of TCP: what is accepted from it inherits both. */
int core_set_prompt(int fd);
int core_accept(int fd);
int core_shutdown_writing(int fd);

/* ---- core_peer.c */

struct ucred;

int core_peer_credentials(int fd, struct ucred *credentials);
/* How many, in memory that the caller frees. */
int core_peer_groups(int fd, gid_t **groups);
/* Host and port. */
int core_peer_address(int fd, char *text, size_t capacity);

/* ---- core_lines.c */

struct line_format {
  const unsigned char *head, *tail;
  size_t head_length, tail_length;
  bool is_json;
};

/*
 * Returns the length of the result. It is incomplete where that is more than there is room for. The last line may lack
 * its line end.
 */
size_t core_format_lines(const struct line_format *format, const unsigned char *lines, size_t length,
                         unsigned char *result, size_t room);

#endif
