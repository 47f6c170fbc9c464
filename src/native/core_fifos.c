/* The named channels of one child, made in one go: each of them is a handful of system calls, times every start. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096, PRIVATE = 0600 };

static const char *const suffixes[] = {".stdin", ".stdout", ".stderr"};

/* False where the path is too long. */
static bool path_of(char path[LONGEST_PATH], const char *base, int channel) {
  return snprintf(path, LONGEST_PATH, "%s%s", base, suffixes[channel]) < LONGEST_PATH;
}

/* A file that exists belongs to an earlier run, whose readers have it open. */
static int make_fresh(const char *path) {
  if (mkfifo(path, PRIVATE) == 0) return 0;
  if (errno != EEXIST || (unlink(path) != 0 && errno != ENOENT)) return -errno;
  return mkfifo(path, PRIVATE) == 0 ? 0 : -errno;
}

static int make(const struct fifo_request *request, const char *path) {
  const int error = make_fresh(path);
  if (error != 0 || !request->change_owner) return error;
  if (fchownat(AT_FDCWD, path, request->uid, request->gid, AT_SYMLINK_NOFOLLOW) == 0) return 0;
  const int refusal = -errno;
  unlink(path);
  return refusal;
}

/* A reader without a writer opens at once where it does not block. */
static int make_and_open(const struct fifo_request *request, int channel, int *fd) {
  char path[LONGEST_PATH];
  if (!path_of(path, request->base, channel)) return -ENAMETOOLONG;
  const int error = make(request, path);
  if (error != 0 || channel == 0) return error;
  *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (*fd >= 0) return 0;
  const int refusal = -errno;
  unlink(path);
  return refusal;
}

void core_remove_fifos(const char *base) {
  char path[LONGEST_PATH];
  for (int channel = 0; channel < 3; channel++) {
    if (path_of(path, base, channel)) unlink(path);
  }
}

static void undo(const struct fifo_request *request, int channel, int fd) {
  char path[LONGEST_PATH];
  if (request->wanted[channel] && path_of(path, request->base, channel)) unlink(path);
  if (fd >= 0) close(fd);
}

/* The umask leaves exactly the rights that are asked for, so that none has to be given in a second step. */
int core_open_fifos(const struct fifo_request *request, int fds[3]) {
  const mode_t previous = umask(~PRIVATE & 0777);
  int error = 0;
  int channel = 0;
  for (; channel < 3; channel++) {
    fds[channel] = -1;
    if (request->wanted[channel] && (error = make_and_open(request, channel, &fds[channel])) != 0) break;
  }
  umask(previous);
  if (error == 0) return 0;
  while (channel-- > 0) undo(request, channel, fds[channel]);
  return error;
}
