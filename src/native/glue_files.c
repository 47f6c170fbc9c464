#include "core.h"
#include "glue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static napi_value js_memory_file(napi_env env, napi_callback_info info) {
  return glue_number(env, core_memory_file());
}

static napi_value js_open_watch(napi_env env, napi_callback_info info) { return glue_number(env, core_open_watch()); }

static napi_value js_watch_folder(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int fd, mask;
  if (!glue_arguments(env, info, 3, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_int(env, values[2], "mask", &mask)) {
    return NULL;
  }
  char *path = glue_string(env, values[1], "path");
  if (!path) return NULL;
  const int result = core_watch_folder(fd, path, (uint32_t)mask);
  free(path);
  return glue_number(env, result);
}

static napi_value js_unwatch_folder(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd, watch;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_int(env, values[1], "watch", &watch)) {
    return NULL;
  }
  return glue_number(env, core_unwatch_folder(fd, watch));
}

/* pathStatus(path, followsLinks, status): 0 or -errno; fills mode and uid. */
static napi_value js_path_status(napi_env env, napi_callback_info info) {
  napi_value values[3];
  bool follows_links;
  uint32_t *numbers;
  size_t count;
  if (!glue_arguments(env, info, 3, values) || !glue_boolean(env, values[1], "followsLinks", &follows_links) ||
      !glue_numbers(env, values[2], "status", napi_uint32_array, (void **)&numbers, &count)) {
    return NULL;
  }
  if (count != 2) {
    napi_throw_range_error(env, NULL, "status is not two numbers");
    return NULL;
  }
  char *path = glue_string(env, values[0], "path");
  if (!path) return NULL;
  struct path_status status = {0, 0};
  const int result = core_path_status(path, follows_links, &status);
  free(path);
  numbers[0] = status.mode;
  numbers[1] = status.uid;
  return glue_number(env, result);
}

static napi_value js_named_size(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  return glue_number(env, (double)core_named_size(fd));
}

static napi_value js_renew_times(napi_env env, napi_callback_info info) {
  napi_value values[2];
  bool modified;
  if (!glue_arguments(env, info, 2, values) || !glue_boolean(env, values[1], "modified", &modified)) return NULL;
  char *path = glue_string(env, values[0], "path");
  if (!path) return NULL;
  const int result = core_renew_times(path, modified);
  free(path);
  return glue_number(env, result);
}

static napi_value js_link_open_file(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "fd", &fd)) return NULL;
  char *path = glue_string(env, values[1], "path");
  if (!path) return NULL;
  const int result = core_link_open_file(fd, path);
  free(path);
  return glue_number(env, result);
}

/* Sixteen digits. */
static napi_value js_checksum(napi_env env, napi_callback_info info) {
  napi_value value, result;
  uint8_t *bytes;
  size_t length;
  char digits[17];
  if (!glue_arguments(env, info, 1, &value) || !glue_buffer(env, value, "bytes", &bytes, &length)) return NULL;
  const int count = snprintf(digits, sizeof digits, "%016" PRIx64, core_checksum(bytes, length));
  return napi_create_string_latin1(env, digits, (size_t)count, &result) == napi_ok ? result : NULL;
}

/* Gives back the memory of a buffer at once; the next collection of garbage may be hours away. */
static napi_value js_release_buffer(napi_env env, napi_callback_info info) {
  napi_value value, memory;
  napi_typedarray_type type;
  size_t length, offset;
  void *bytes;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &bytes, &memory, &offset) == napi_ok) {
    napi_detach_arraybuffer(env, memory);
  }
  return NULL;
}

void export_files(napi_env env, napi_value exports) {
  glue_export(env, exports, "memoryFile", js_memory_file);
  glue_export(env, exports, "openWatch", js_open_watch);
  glue_export(env, exports, "watchFolder", js_watch_folder);
  glue_export(env, exports, "unwatchFolder", js_unwatch_folder);
  glue_export(env, exports, "pathStatus", js_path_status);
  glue_export(env, exports, "namedSize", js_named_size);
  glue_export(env, exports, "renewTimes", js_renew_times);
  glue_export(env, exports, "linkOpenFile", js_link_open_file);
  glue_export(env, exports, "checksum", js_checksum);
  glue_export(env, exports, "releaseBuffer", js_release_buffer);
}
