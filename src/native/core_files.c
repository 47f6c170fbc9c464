/* Names of files: changes in their folders, status and times, a name for an open file, and files without one. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CLOSE_ON_EXEC = 1 };

/* glibc has a function for it since 2.27 only. */
int core_memory_file(void) {
  const int fd = (int)syscall(SYS_memfd_create, "visord", CLOSE_ON_EXEC);
  return fd < 0 ? -errno : fd;
}

int core_open_watch(void) {
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int core_watch_folder(int fd, const char *path, uint32_t mask) {
  const int watch = inotify_add_watch(fd, path, mask | IN_ONLYDIR);
  return watch < 0 ? -errno : watch;
}

int core_unwatch_folder(int fd, int watch) { return inotify_rm_watch(fd, watch) == 0 ? 0 : -errno; }

int core_path_status(const char *path, bool follows_links, struct path_status *status) {
  struct stat found;
  if (fstatat(AT_FDCWD, path, &found, follows_links ? 0 : AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  *status = (struct path_status){.mode = found.st_mode, .uid = found.st_uid};
  return 0;
}

int64_t core_named_size(int fd) {
  struct stat found;
  if (fstat(fd, &found) != 0) return -errno;
  return found.st_nlink == 0 ? -ENOENT : (int64_t)found.st_size;
}

int core_renew_times(const char *path, bool modified) {
  const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = modified ? UTIME_NOW : UTIME_OMIT}};
  return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno;
}

int core_link_open_file(int fd, const char *path) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
}
