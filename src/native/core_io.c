/* Pipes, FIFOs, descriptor flags, timers, and the pump that moves a child's output into a file. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

int core_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int core_set_nonblocking(int fd, bool on) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0 ? 0 : -errno;
}

int core_lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno; }

int core_set_pipe_size(int fd, int bytes) {
  const int size = fcntl(fd, F_SETPIPE_SZ, bytes);
  return size < 0 ? -errno : size;
}

int core_pipe_size(int fd) {
  const int size = fcntl(fd, F_GETPIPE_SZ);
  return size < 0 ? -errno : size;
}

int core_create_timer(void) {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int core_set_timer(int fd, int64_t nanoseconds) {
  const struct itimerspec when = {
      .it_value = {.tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)},
  };
  return timerfd_settime(fd, 0, &when, NULL) == 0 ? 0 : -errno;
}

int core_clock_timer(int64_t milliseconds) {
  const int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (fd < 0) return -errno;
  const struct itimerspec when = {
      .it_value = {.tv_sec = (time_t)(milliseconds / 1000), .tv_nsec = (long)(milliseconds % 1000) * 1000000},
  };
  if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
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

/*
 * Read and written, not spliced: a log is open for appending, which splice(2) refuses, and appending is what keeps
 * several writers and a truncation by others (copytruncate) from harming it. The copies cost 0.1 cpu s per GB, and
 * splice would keep the writer out of its pipe for as long as the file system takes.
 */
struct pump_result core_pump(int from, int to, int64_t max_bytes, char *chunk, size_t chunk_bytes) {
  struct pump_result result = {.end = PUMP_LIMIT};
  while (result.moved < max_bytes) {
    const int64_t left = max_bytes - result.moved;
    const size_t wanted = left < (int64_t)chunk_bytes ? (size_t)left : chunk_bytes;
    const ssize_t count = core_read(from, chunk, wanted);
    if (count == 0) {
      finish(&result, PUMP_EOF, 0);
    } else if (count == -EAGAIN) {
      finish(&result, PUMP_EMPTY, 0);
    } else if (count < 0) {
      finish(&result, PUMP_READ_FAILED, (int)-count);
    } else if (write_chunk(&result, to, chunk, (size_t)count)) {
      if ((size_t)count == wanted) continue;
      finish(&result, PUMP_EMPTY, 0);
    }
    break;
  }
  return result;
}
