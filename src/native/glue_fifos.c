#include "core.h"
#include "glue.h"

#include <stdlib.h>

/* uid and gid, or null. */
static bool read_owner(napi_env env, napi_value value, struct fifo_request *request) {
  request->change_owner = !glue_is_null(env, value);
  if (!request->change_owner) return true;
  uint32_t *numbers;
  size_t count;
  if (!glue_numbers(env, value, "owner", napi_uint32_array, (void **)&numbers, &count)) return false;
  if (count != 2) {
    napi_throw_range_error(env, NULL, "owner is not two numbers");
    return false;
  }
  request->uid = numbers[0];
  request->gid = numbers[1];
  return true;
}

/* openFifos(base, hasStdin, hasStderr, owner, ends): 0 or -errno; fills the ends for reading of stdout and stderr. */
static napi_value js_open_fifos(napi_env env, napi_callback_info info) {
  napi_value values[5];
  struct fifo_request request = {.wanted = {false, true, false}};
  int32_t *ends;
  size_t count;
  if (!glue_arguments(env, info, 5, values) || !glue_boolean(env, values[1], "hasStdin", &request.wanted[0]) ||
      !glue_boolean(env, values[2], "hasStderr", &request.wanted[2]) || !read_owner(env, values[3], &request) ||
      !glue_numbers(env, values[4], "ends", napi_int32_array, (void **)&ends, &count)) {
    return NULL;
  }
  if (count != 2) {
    napi_throw_range_error(env, NULL, "ends is not two numbers");
    return NULL;
  }
  char *base = glue_string(env, values[0], "base");
  if (!base) return NULL;
  request.base = base;
  int fds[3] = {-1, -1, -1};
  const int result = core_open_fifos(&request, fds);
  free(base);
  ends[0] = fds[1];
  ends[1] = fds[2];
  return glue_number(env, result);
}

static napi_value js_remove_fifos(napi_env env, napi_callback_info info) {
  napi_value value;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  char *base = glue_string(env, value, "base");
  if (!base) return NULL;
  core_remove_fifos(base);
  free(base);
  return NULL;
}

void export_fifos(napi_env env, napi_value exports) {
  glue_export(env, exports, "openFifos", js_open_fifos);
  glue_export(env, exports, "removeFifos", js_remove_fifos);
}
