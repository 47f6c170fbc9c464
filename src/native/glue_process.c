#include "core.h"
#include "glue.h"
#include "v8.h"

#include <stdlib.h>
#include <string.h>

const int glue_resources[] = {RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_CORE,    RLIMIT_CPU,        RLIMIT_FSIZE,    RLIMIT_DATA, RLIMIT_STACK,
                               RLIMIT_RSS,    RLIMIT_AS,    RLIMIT_MEMLOCK, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO};
const size_t glue_resource_count = sizeof glue_resources / sizeof *glue_resources;

rlim_t glue_limit(double number) { return number < 0 ? RLIM_INFINITY : (rlim_t)number; }

/* Fills pairs of pid and status, and returns how many; called again while the array comes back full. */
static napi_value js_reap(napi_env env, napi_callback_info info) {
  napi_value value;
  int32_t *pairs;
  size_t length;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  if (!glue_numbers(env, value, "records", napi_int32_array, (void **)&pairs, &length)) return NULL;
  size_t count = 0;
  struct exit_record record;
  while (count < length / 2 && core_reap(&record, 1) == 1) {
    pairs[2 * count] = record.pid;
    pairs[2 * count + 1] = record.status;
    count++;
  }
  return glue_number(env, (double)count);
}

static napi_value js_execve(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int32_t *keep;
  size_t keep_count;
  if (!glue_arguments(env, info, 4, values)) return NULL;
  if (!glue_numbers(env, values[3], "keep", napi_int32_array, (void **)&keep, &keep_count)) return NULL;
  char *file = NULL, **argv = NULL, **environment = NULL;
  napi_value result = NULL;
  if ((file = glue_string(env, values[0], "file")) && (argv = glue_strings(env, values[1], "argv")) &&
      (environment = glue_strings(env, values[2], "env"))) {
    result = glue_number(env, core_execve(file, argv, environment, keep, keep_count));
  }
  glue_free_strings(environment);
  glue_free_strings(argv);
  free(file);
  return result;
}

static napi_value js_block_signals(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t *numbers;
  size_t count;
  bool on;
  if (!glue_arguments(env, info, 2, values) || !glue_boolean(env, values[1], "on", &on)) return NULL;
  if (!glue_numbers(env, values[0], "numbers", napi_int32_array, (void **)&numbers, &count)) return NULL;
  return glue_number(env, core_block_signals(numbers, count, on));
}

static napi_value js_pidfd_open(napi_env env, napi_callback_info info) {
  napi_value value;
  int pid;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "pid", &pid)) return NULL;
  return glue_number(env, core_pidfd_open(pid));
}

static napi_value js_pidfd_getfd(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int pidfd, fd;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "pidfd", &pidfd) ||
      !glue_int(env, values[1], "fd", &fd)) {
    return NULL;
  }
  return glue_number(env, core_pidfd_getfd(pidfd, fd));
}

static napi_value js_pidfd_exit_status(napi_env env, napi_callback_info info) {
  napi_value value;
  int pidfd, status = 0;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "pidfd", &pidfd)) return NULL;
  const int result = core_pidfd_exit_status(pidfd, &status);
  return glue_number(env, result < 0 ? result : status);
}

static bool resource_of(napi_env env, napi_value value, int *resource) {
  int index;
  if (!glue_int(env, value, "resource", &index)) return false;
  if (index < 0 || (size_t)index >= glue_resource_count) {
    napi_throw_range_error(env, NULL, "no such resource");
    return false;
  }
  *resource = glue_resources[index];
  return true;
}

static double number_of(rlim_t limit) { return limit == RLIM_INFINITY ? -1 : (double)limit; }

/* Fills soft and hard. */
static napi_value js_getrlimit(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int resource;
  double *numbers;
  size_t count;
  if (!glue_arguments(env, info, 2, values) || !resource_of(env, values[0], &resource)) return NULL;
  if (!glue_numbers(env, values[1], "limit", napi_float64_array, (void **)&numbers, &count)) return NULL;
  struct rlimit limit = {0, 0};
  const int result = core_getrlimit(resource, &limit);
  if (count >= 2) {
    numbers[0] = number_of(limit.rlim_cur);
    numbers[1] = number_of(limit.rlim_max);
  }
  return glue_number(env, result);
}

static napi_value js_setrlimit(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int resource;
  int64_t soft, hard;
  if (!glue_arguments(env, info, 3, values) || !resource_of(env, values[0], &resource) ||
      !glue_integer(env, values[1], "soft", &soft) || !glue_integer(env, values[2], "hard", &hard)) {
    return NULL;
  }
  const struct rlimit limit = {glue_limit((double)soft), glue_limit((double)hard)};
  return glue_number(env, core_setrlimit(resource, &limit));
}

static napi_value js_strerror(napi_env env, napi_callback_info info) {
  napi_value value;
  int number;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "errno", &number)) return NULL;
  return glue_text(env, strerror(number));
}

static napi_value js_utc_offset(napi_env env, napi_callback_info info) {
  napi_value value;
  int64_t seconds;
  if (!glue_arguments(env, info, 1, &value) || !glue_integer(env, value, "seconds", &seconds)) return NULL;
  return glue_number(env, (double)core_utc_offset(seconds));
}

static napi_value js_boot_time(napi_env env, napi_callback_info info) { return glue_number(env, core_boot_time()); }

static napi_value js_save_memory(napi_env env, napi_callback_info info) {
  core_save_memory();
  return NULL;
}

static napi_value js_trim_memory(napi_env env, napi_callback_info info) {
  core_trim_memory();
  return NULL;
}

static napi_value js_mapped_bytes(napi_env env, napi_callback_info info) {
  return glue_number(env, core_mapped_bytes());
}

static napi_value js_release_pages(napi_env env, napi_callback_info info) {
  return glue_number(env, core_release_pages("/proc/self/smaps"));
}

/* False where Node.js does not export the function. */
static napi_value js_set_v8_flag(napi_env env, napi_callback_info info) {
  napi_value value, result;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  if (v8_set_flags != NULL) {
    char *flag = glue_string(env, value, "flag");
    if (flag == NULL) return NULL;
    v8_set_flags(flag);
    free(flag);
  }
  napi_get_boolean(env, v8_set_flags != NULL, &result);
  return result;
}

void export_process(napi_env env, napi_value exports) {
  glue_export(env, exports, "reap", js_reap);
  glue_export(env, exports, "execve", js_execve);
  glue_export(env, exports, "blockSignals", js_block_signals);
  glue_export(env, exports, "pidfdOpen", js_pidfd_open);
  glue_export(env, exports, "pidfdGetfd", js_pidfd_getfd);
  glue_export(env, exports, "pidfdExitStatus", js_pidfd_exit_status);
  glue_export(env, exports, "getrlimit", js_getrlimit);
  glue_export(env, exports, "setrlimit", js_setrlimit);
  glue_export(env, exports, "saveMemory", js_save_memory);
  glue_export(env, exports, "trimMemory", js_trim_memory);
  glue_export(env, exports, "mappedBytes", js_mapped_bytes);
  glue_export(env, exports, "releasePages", js_release_pages);
  glue_export(env, exports, "setV8Flag", js_set_v8_flag);
  glue_export(env, exports, "strerror", js_strerror);
  glue_export(env, exports, "utcOffset", js_utc_offset);
  glue_export(env, exports, "bootTime", js_boot_time);
}
