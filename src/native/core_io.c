/* Pipes, FIFOs, descriptor flags, and the pump that moves a child's output into a file. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPLICE_BYTES = 1024 * 1024 };

int core_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

/* The umask that leaves exactly these rights, so that no second call is needed that could hit another file. */
int core_mkfifo(const char *path, mode_t mode) {
  const mode_t previous = umask(~mode & 0777);
  const int error = mkfifo(path, mode) == 0 ? 0 : -errno;
  umask(previous);
  return error;
}

int core_set_nonblocking(int fd, bool on) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0 ? 0 : -errno;
}

int core_set_cloexec(int fd, bool on) { return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) == 0 ? 0 : -errno; }

int core_set_pipe_size(int fd, int bytes) {
  const int size = fcntl(fd, F_SETPIPE_SZ, bytes);
  return size < 0 ? -errno : size;
}

int core_dup2(int from, int to) { return dup2(from, to) < 0 ? -errno : to; }

ssize_t core_read(int fd, void *bytes, size_t length) {
  ssize_t count;
  do {
    count = read(fd, bytes, length);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : count;
}

ssize_t core_write(int fd, const void *bytes, size_t length) {
  ssize_t count;
  do {
    count = write(fd, bytes, length);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : count;
}

static void finish(struct pump_result *result, enum pump_end end, int error) {
  result->end = end;
  result->error = error;
}

/* splice says EAGAIN for both sides, and any error without saying whose it is. */
static void finish_splice(struct pump_result *result, int from, int error) {
  int waiting = 0;
  if (ioctl(from, FIONREAD, &waiting) != 0) {
    finish(result, PUMP_READ_FAILED, errno);
  } else if (error == EAGAIN && waiting == 0) {
    finish(result, PUMP_EMPTY, 0);
  } else {
    finish(result, PUMP_WRITE_FAILED, error);
  }
}

/* False where splice does not serve this pair of descriptors, as with O_APPEND. */
static bool pump_by_splice(struct pump_result *result, int from, int to, int64_t max_bytes) {
  while (result->moved < max_bytes) {
    const int64_t left = max_bytes - result->moved;
    const size_t length = left < SPLICE_BYTES ? (size_t)left : SPLICE_BYTES;
    const ssize_t count = splice(from, NULL, to, NULL, length, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    if (count > 0) {
      result->moved += count;
    } else if (count == 0) {
      finish(result, PUMP_EOF, 0);
      return true;
    } else if (errno == EINVAL || errno == ENOSYS) {
      return false;
    } else if (errno != EINTR) {
      finish_splice(result, from, errno);
      return true;
    }
  }
  finish(result, PUMP_LIMIT, 0);
  return true;
}

static bool write_chunk(struct pump_result *result, int to, const char *chunk, size_t length) {
  for (size_t at = 0; at < length;) {
    const ssize_t count = core_write(to, chunk + at, length - at);
    if (count < 0) {
      result->rest_offset = at;
      result->rest_length = length - at;
      finish(result, PUMP_WRITE_FAILED, (int)-count);
      return false;
    }
    result->moved += count;
    at += (size_t)count;
  }
  return true;
}

static void pump_by_copy(struct pump_result *result, int from, int to, int64_t max_bytes, char *chunk,
                         size_t chunk_bytes) {
  finish(result, PUMP_LIMIT, 0);
  while (result->moved < max_bytes) {
    const int64_t left = max_bytes - result->moved;
    const ssize_t count = core_read(from, chunk, left < (int64_t)chunk_bytes ? (size_t)left : chunk_bytes);
    if (count == 0) {
      finish(result, PUMP_EOF, 0);
    } else if (count == -EAGAIN) {
      finish(result, PUMP_EMPTY, 0);
    } else if (count < 0) {
      finish(result, PUMP_READ_FAILED, (int)-count);
    } else if (write_chunk(result, to, chunk, (size_t)count)) {
      continue;
    }
    return;
  }
}

struct pump_result core_pump(int from, int to, int64_t max_bytes, char *chunk, size_t chunk_bytes) {
  struct pump_result result = {.end = PUMP_LIMIT};
  if (!pump_by_splice(&result, from, to, max_bytes)) {
    pump_by_copy(&result, from, to, max_bytes, chunk, chunk_bytes);
  }
  return result;
}
