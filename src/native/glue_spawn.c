#include "core.h"
#include "glue.h"

#include <stdlib.h>
#include <string.h>

/* Triples of resource, soft and hard. */
static struct spawn_limit *limits_of(napi_env env, napi_value value, size_t *count) {
  double *numbers;
  size_t length;
  if (!glue_numbers(env, value, "rlimits", napi_float64_array, (void **)&numbers, &length)) return NULL;
  *count = length / 3;
  struct spawn_limit *limits = calloc(*count + 1, sizeof *limits);
  if (!limits) {
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  for (size_t i = 0; i < *count; i++) {
    const double resource = numbers[3 * i];
    if (!(resource >= 0 && resource < (double)glue_resource_count)) {
      napi_throw_range_error(env, NULL, "no such resource");
      free(limits);
      return NULL;
    }
    limits[i].resource = glue_resources[(size_t)resource];
    limits[i].limit.rlim_cur = glue_limit(numbers[3 * i + 1]);
    limits[i].limit.rlim_max = glue_limit(numbers[3 * i + 2]);
  }
  return limits;
}

static bool read_stdio(napi_env env, napi_value value, int stdio[3]) {
  int32_t *numbers;
  size_t count;
  if (!glue_numbers(env, value, "stdio", napi_int32_array, (void **)&numbers, &count)) return false;
  if (count != 3) {
    napi_throw_range_error(env, NULL, "stdio is not three descriptors");
    return false;
  }
  for (int i = 0; i < 3; i++) stdio[i] = numbers[i];
  return true;
}

/* uid, gid and the groups, or null. */
static bool read_credentials(napi_env env, napi_value value, struct spawn_request *request) {
  request->change_user = !glue_is_null(env, value);
  if (!request->change_user) return true;
  uint32_t *numbers;
  size_t count;
  if (!glue_numbers(env, value, "credentials", napi_uint32_array, (void **)&numbers, &count)) return false;
  if (count < 2) {
    napi_throw_range_error(env, NULL, "credentials lack uid or gid");
    return false;
  }
  request->uid = numbers[0];
  request->gid = numbers[1];
  request->groups = numbers + 2;
  request->group_count = count - 2;
  return true;
}

static napi_value spawn_and_tell(napi_env env, const struct spawn_request *request, napi_value out) {
  int32_t *report;
  size_t count;
  if (!glue_numbers(env, out, "failure", napi_int32_array, (void **)&report, &count)) return NULL;
  if (count != 3) {
    napi_throw_range_error(env, NULL, "failure is not three numbers");
    return NULL;
  }
  struct spawn_failure failure = {0};
  const pid_t pid = core_spawn(request, &failure);
  report[0] = failure.step;
  report[1] = failure.error;
  report[2] = failure.limit;
  return glue_number(env, pid);
}

enum { FILE_, ARGV, ENV, CWD, STDIO, FIFOS, UMASK, SESSION, SAME_GROUP, CREDENTIALS, KEEP, RLIMITS, FAILURE, MOVES, PIDS, ATTRIBUTES, NOTE, NOTE_AT, EXTRA_FIFO, EXTRA_FD, CGROUP, GUARD_NOTE, GUARD_NOTE_AT, NOT_AFTER, ARGUMENTS };

/* In the order of `attributeKinds` in spawn-attributes.ts. */
enum attribute { NICE, IO_PRIORITY, OOM_SCORE, CPU, LIMITED_CAPABILITIES, CAPABILITY, NO_NEW_PRIVILEGES, DIES_WITH_PARENT };

static bool set_attribute(struct spawn_attributes *attributes, int kind, int value) {
  switch (kind) {
    case NICE:
      attributes->has_nice = true;
      attributes->nice = value;
      return true;
    case IO_PRIORITY:
      attributes->has_io_priority = true;
      attributes->io_priority = value;
      return true;
    case OOM_SCORE:
      attributes->has_oom_score = true;
      attributes->oom_score = value;
      return true;
    case CPU: {
      const int bits = 8 * sizeof(unsigned long);
      if (value < 0 || value >= CPU_WORDS * bits) return false;
      attributes->has_cpus = true;
      attributes->cpus[value / bits] |= 1UL << value % bits;
      return true;
    }
    case LIMITED_CAPABILITIES:
      attributes->has_capabilities = true;
      return true;
    case CAPABILITY:
      if (value < 0 || value > 63) return false;
      attributes->capabilities |= (uint64_t)1 << value;
      return true;
    case NO_NEW_PRIVILEGES:
      attributes->no_new_privileges = true;
      return true;
    case DIES_WITH_PARENT:
      attributes->dies_with_parent = true;
      return true;
    default:
      return false;
  }
}

/* Pairs of kind and value. */
static bool read_attributes(napi_env env, napi_value value, struct spawn_attributes *attributes) {
  int32_t *numbers;
  size_t count;
  if (!glue_numbers(env, value, "attributes", napi_int32_array, (void **)&numbers, &count)) return false;
  for (size_t i = 0; i + 1 < count; i += 2) {
    if (!set_attribute(attributes, numbers[i], numbers[i + 1])) {
      napi_throw_range_error(env, NULL, "no such attribute");
      return false;
    }
  }
  return true;
}

static bool read_plain(napi_env env, napi_value *values, struct spawn_request *request) {
  return read_stdio(env, values[STDIO], request->stdio) &&
         glue_int(env, values[UMASK], "umask", &request->umask) &&
         glue_boolean(env, values[SESSION], "session", &request->session) &&
         glue_boolean(env, values[SAME_GROUP], "sameGroup", &request->same_group) &&
         glue_int(env, values[EXTRA_FD], "extraFd", &request->extra_fd) &&
         read_credentials(env, values[CREDENTIALS], request) &&
         read_attributes(env, values[ATTRIBUTES], &request->attributes) &&
         glue_numbers(env, values[KEEP], "keep", napi_int32_array, (void **)&request->keep, &request->keep_count);
}

/* Pairs of descriptors: ours and the child's. */
static bool read_moves(napi_env env, napi_value value, struct spawn_request *request) {
  int32_t *numbers;
  size_t count;
  if (!glue_numbers(env, value, "moves", napi_int32_array, (void **)&numbers, &count)) return false;
  request->move_count = count / 2;
  request->moves = calloc(request->move_count + 1, sizeof *request->moves);
  if (!request->moves) {
    napi_throw_error(env, NULL, "out of memory");
    return false;
  }
  for (size_t i = 0; i < request->move_count; i++) {
    request->moves[i] = (struct spawn_move){numbers[2 * i], numbers[2 * i + 1]};
    if (request->moves[i].to < 3) {
      napi_throw_range_error(env, NULL, "a descriptor would become 0, 1 or 2");
      return false;
    }
  }
  return true;
}

/* The variables have to have room for a pid. */
static bool read_pid_variables(napi_env env, napi_value value, char *const *environment,
                               struct spawn_request *request) {
  if (!glue_numbers(env, value, "pidVariables", napi_int32_array, (void **)&request->pid_variables,
                    &request->pid_variable_count)) {
    return false;
  }
  size_t variables = 0;
  while (environment[variables]) variables++;
  for (size_t i = 0; i < request->pid_variable_count; i++) {
    const int number = request->pid_variables[i];
    const char *equals = number >= 0 && (size_t)number < variables ? strchr(environment[number], '=') : NULL;
    if (!equals || strlen(equals + 1) < PID_DIGITS) {
      napi_throw_range_error(env, NULL, "a variable has no room for a pid");
      return false;
    }
  }
  return true;
}

/* The text, or null; its descriptor, and the places of the pid and the start time in it. */
static bool read_note(napi_env env, napi_value text, napi_value places, struct spawn_note *note) {
  int32_t *numbers;
  size_t count;
  if (!glue_buffer(env, text, "note", (uint8_t **)&note->text, &note->length) ||
      !glue_numbers(env, places, "noteAt", napi_int32_array, (void **)&numbers, &count)) {
    return false;
  }
  if (count != 3 || numbers[1] < 0 || numbers[2] < 0 || (size_t)numbers[1] + PID_DIGITS > note->length ||
      (size_t)numbers[2] + TICKS_DIGITS > note->length) {
    napi_throw_range_error(env, NULL, "the note has no room for a pid and a start time");
    return false;
  }
  note->fd = numbers[0];
  note->pid_at = (size_t)numbers[1];
  note->ticks_at = (size_t)numbers[2];
  return true;
}

/* Two or three paths. */
static bool take_fifos(napi_env env, char **paths, struct spawn_request *request) {
  size_t count = 0;
  while (paths[count]) count++;
  if (count < 2 || count > 3 || request->keep_count > 0 || request->move_count > 0) {
    napi_throw_range_error(env, NULL, "fifos are not two or three paths, or there is something to keep or move");
    return false;
  }
  for (size_t i = 0; i < count; i++) request->fifos[i] = paths[i];
  return true;
}

static napi_value js_spawn(napi_env env, napi_callback_info info) {
  napi_value values[ARGUMENTS];
  struct spawn_request request = {0};
  if (!glue_arguments(env, info, ARGUMENTS, values) || !read_plain(env, values, &request)) return NULL;

  const bool has_cwd = !glue_is_null(env, values[CWD]);
  const bool has_fifos = !glue_is_null(env, values[FIFOS]);
  const bool has_cgroup = !glue_is_null(env, values[CGROUP]);
  const bool has_extra = !glue_is_null(env, values[EXTRA_FIFO]);
  if (has_extra && request.extra_fd < 3) {
    napi_throw_range_error(env, NULL, "a FIFO would become 0, 1 or 2");
    return NULL;
  }
  char *cwd = NULL, *extra = NULL, *cgroup = NULL, *file = NULL, **argv = NULL, **environment = NULL, **fifos = NULL;
  struct spawn_limit *limits = NULL;
  struct spawn_note note, guard_note;
  const bool has_note = !glue_is_null(env, values[NOTE]);
  const bool has_guard_note = !glue_is_null(env, values[GUARD_NOTE]);
  if (napi_get_value_double(env, values[NOT_AFTER], &request.not_after) != napi_ok) {
    napi_throw_type_error(env, NULL, "notAfter is not a number");
    return NULL;
  }
  napi_value result = NULL;
  if ((!has_note || read_note(env, values[NOTE], values[NOTE_AT], &note)) &&
      (!has_guard_note || read_note(env, values[GUARD_NOTE], values[GUARD_NOTE_AT], &guard_note)) && read_moves(env, values[MOVES], &request) && (file = glue_string(env, values[FILE_], "file")) && (argv = glue_strings(env, values[ARGV], "argv")) &&
      (environment = glue_strings(env, values[ENV], "env")) &&
      read_pid_variables(env, values[PIDS], environment, &request) &&
      (!has_cwd || (cwd = glue_string(env, values[CWD], "cwd"))) &&
      (!has_extra || (extra = glue_string(env, values[EXTRA_FIFO], "extraFifo"))) &&
      (!has_cgroup || (cgroup = glue_string(env, values[CGROUP], "cgroup"))) &&
      (!has_fifos ||
       ((fifos = glue_strings(env, values[FIFOS], "fifos")) && take_fifos(env, fifos, &request))) &&
      (limits = limits_of(env, values[RLIMITS], &request.limit_count))) {
    request.file = file;
    request.argv = argv;
    request.env = environment;
    request.cwd = cwd;
    request.extra_fifo = extra;
    request.cgroup = cgroup;
    request.limits = limits;
    request.note = has_note ? &note : NULL;
    request.guard_note = has_guard_note ? &guard_note : NULL;
    result = spawn_and_tell(env, &request, values[FAILURE]);
  }
  free(request.moves);
  free(limits);
  free(cwd);
  free(extra);
  free(cgroup);
  glue_free_strings(fifos);
  glue_free_strings(environment);
  glue_free_strings(argv);
  free(file);
  return result;
}

static napi_value js_opens_fifos(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  napi_get_boolean(env, core_opens_fifos(), &result);
  return result;
}

void export_spawn(napi_env env, napi_value exports) {
  glue_export(env, exports, "spawn", js_spawn);
  glue_export(env, exports, "opensFifos", js_opens_fifos);
}
