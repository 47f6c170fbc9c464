#include "core.h"
#include "glue.h"

#include <stdlib.h>

/* Reads one or two descriptors or numbers, which is what most functions here take. */
static bool two_ints(napi_env env, napi_callback_info info, const char *first, int *a, const char *second, int *b) {
  napi_value values[2];
  return glue_arguments(env, info, 2, values) && glue_int(env, values[0], first, a) &&
         glue_int(env, values[1], second, b);
}

static bool int_and_flag(napi_env env, napi_callback_info info, int *fd, bool *on) {
  napi_value values[2];
  return glue_arguments(env, info, 2, values) && glue_int(env, values[0], "fd", fd) &&
         glue_boolean(env, values[1], "on", on);
}

/* Fills the ends for reading and writing. */
static napi_value js_pipe(napi_env env, napi_callback_info info) {
  napi_value value;
  int32_t *numbers;
  size_t count;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  if (!glue_numbers(env, value, "ends", napi_int32_array, (void **)&numbers, &count)) return NULL;
  if (count != 2) {
    napi_throw_range_error(env, NULL, "ends is not two numbers");
    return NULL;
  }
  int ends[2] = {-1, -1};
  const int result = core_pipe(ends);
  numbers[0] = ends[0];
  numbers[1] = ends[1];
  return glue_number(env, result);
}

static napi_value js_set_nonblocking(napi_env env, napi_callback_info info) {
  int fd;
  bool on;
  return int_and_flag(env, info, &fd, &on) ? glue_number(env, core_set_nonblocking(fd, on)) : NULL;
}

static napi_value js_set_pipe_size(napi_env env, napi_callback_info info) {
  int fd, bytes;
  if (!two_ints(env, info, "fd", &fd, "bytes", &bytes)) return NULL;
  return glue_number(env, core_set_pipe_size(fd, bytes));
}

static napi_value js_lock(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  return glue_number(env, core_lock(fd));
}

static napi_value js_pipe_size(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  return glue_number(env, core_pipe_size(fd));
}

static napi_value js_create_timer(napi_env env, napi_callback_info info) {
  return glue_number(env, core_create_timer());
}

static napi_value js_set_timer(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd;
  int64_t nanoseconds;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_integer(env, values[1], "nanoseconds", &nanoseconds)) {
    return NULL;
  }
  if (nanoseconds < 0) {
    napi_throw_range_error(env, NULL, "nanoseconds is negative");
    return NULL;
  }
  return glue_number(env, core_set_timer(fd, nanoseconds));
}

static napi_value js_clock_timer(napi_env env, napi_callback_info info) {
  napi_value value;
  int64_t milliseconds;
  if (!glue_arguments(env, info, 1, &value) || !glue_integer(env, value, "milliseconds", &milliseconds)) return NULL;
  if (milliseconds <= 0) {
    napi_throw_range_error(env, NULL, "milliseconds is not above 0");
    return NULL;
  }
  return glue_number(env, core_clock_timer(milliseconds));
}

static napi_value js_dup2(napi_env env, napi_callback_info info) {
  int from, to;
  return two_ints(env, info, "from", &from, "to", &to) ? glue_number(env, core_dup2(from, to)) : NULL;
}

static napi_value js_read_into(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd;
  uint8_t *bytes;
  size_t length;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_buffer(env, values[1], "buffer", &bytes, &length)) {
    return NULL;
  }
  return glue_number(env, (double)core_read(fd, bytes, length));
}

static napi_value js_write_from(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int fd;
  uint8_t *bytes;
  size_t size;
  int64_t offset, length;
  if (!glue_arguments(env, info, 4, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_buffer(env, values[1], "buffer", &bytes, &size) ||
      !glue_integer(env, values[2], "offset", &offset) || !glue_integer(env, values[3], "length", &length)) {
    return NULL;
  }
  if (offset < 0 || length < 0 || (uint64_t)offset > size || (uint64_t)length > size - (uint64_t)offset) {
    napi_throw_range_error(env, NULL, "offset and length leave the buffer");
    return NULL;
  }
  return glue_number(env, (double)core_write(fd, bytes + offset, (size_t)length));
}

/* pump(from, to, maxBytes, chunk, result): fills moved, end, errno, and where in the chunk the rest is. */
static napi_value js_pump(napi_env env, napi_callback_info info) {
  napi_value values[5];
  int from, to;
  int64_t max_bytes;
  uint8_t *chunk;
  size_t chunk_bytes;
  double *report;
  size_t count;
  if (!glue_arguments(env, info, 5, values) || !glue_int(env, values[0], "from", &from) ||
      !glue_int(env, values[1], "to", &to) || !glue_integer(env, values[2], "maxBytes", &max_bytes) ||
      !glue_buffer(env, values[3], "chunk", &chunk, &chunk_bytes) ||
      !glue_numbers(env, values[4], "result", napi_float64_array, (void **)&report, &count)) {
    return NULL;
  }
  if (count != 5 || chunk_bytes == 0) {
    napi_throw_range_error(env, NULL, "result is not five numbers, or chunk is empty");
    return NULL;
  }
  const struct pump_result result = core_pump(from, to, max_bytes, (char *)chunk, chunk_bytes);
  report[0] = (double)result.moved;
  report[1] = result.end;
  report[2] = result.error;
  report[3] = (double)result.rest_offset;
  report[4] = (double)result.rest_length;
  return NULL;
}

void export_io(napi_env env, napi_value exports) {
  glue_export(env, exports, "pipe", js_pipe);
  glue_export(env, exports, "setNonblocking", js_set_nonblocking);
  glue_export(env, exports, "lock", js_lock);
  glue_export(env, exports, "setPipeSize", js_set_pipe_size);
  glue_export(env, exports, "pipeSize", js_pipe_size);
  glue_export(env, exports, "createTimer", js_create_timer);
  glue_export(env, exports, "setTimer", js_set_timer);
  glue_export(env, exports, "clockTimer", js_clock_timer);
  glue_export(env, exports, "dup2", js_dup2);
  glue_export(env, exports, "readInto", js_read_into);
  glue_export(env, exports, "writeFrom", js_write_from);
  glue_export(env, exports, "pump", js_pump);
}
