#include "core.h"
#include "glue.h"

#include <stdlib.h>

static void set(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

/* The record, null where there is none, or -errno; frees what the core allocated. */
static napi_value user_result(napi_env env, int result, const struct passwd *user, char *storage) {
  napi_value value = NULL;
  if (result < 0) return glue_number(env, result);
  if (result == 0) {
    napi_get_null(env, &value);
    return value;
  }
  napi_create_object(env, &value);
  set(env, value, "name", glue_text(env, user->pw_name));
  set(env, value, "uid", glue_number(env, user->pw_uid));
  set(env, value, "gid", glue_number(env, user->pw_gid));
  set(env, value, "home", glue_text(env, user->pw_dir));
  set(env, value, "shell", glue_text(env, user->pw_shell));
  free(storage);
  return value;
}

static napi_value group_result(napi_env env, int result, const struct group *group, char *storage) {
  napi_value value = NULL;
  if (result < 0) return glue_number(env, result);
  if (result == 0) {
    napi_get_null(env, &value);
    return value;
  }
  napi_create_object(env, &value);
  set(env, value, "name", glue_text(env, group->gr_name));
  set(env, value, "gid", glue_number(env, group->gr_gid));
  free(storage);
  return value;
}

static char *name_argument(napi_env env, napi_callback_info info) {
  napi_value value;
  return glue_arguments(env, info, 1, &value) ? glue_string(env, value, "name") : NULL;
}

static bool id_argument(napi_env env, napi_callback_info info, int64_t *id) {
  napi_value value;
  if (!glue_arguments(env, info, 1, &value) || !glue_integer(env, value, "id", id)) return false;
  if (*id >= 0 && *id <= UINT32_MAX) return true;
  napi_throw_range_error(env, NULL, "id is out of range");
  return false;
}

static napi_value js_user_by_name(napi_env env, napi_callback_info info) {
  char *name = name_argument(env, info), *storage = NULL;
  if (!name) return NULL;
  struct passwd user;
  const int result = core_user_by_name(name, &user, &storage);
  free(name);
  return user_result(env, result, &user, storage);
}

static napi_value js_user_by_id(napi_env env, napi_callback_info info) {
  int64_t id;
  if (!id_argument(env, info, &id)) return NULL;
  struct passwd user;
  char *storage = NULL;
  const int result = core_user_by_id((uid_t)id, &user, &storage);
  return user_result(env, result, &user, storage);
}

static napi_value js_group_by_name(napi_env env, napi_callback_info info) {
  char *name = name_argument(env, info), *storage = NULL;
  if (!name) return NULL;
  struct group group;
  const int result = core_group_by_name(name, &group, &storage);
  free(name);
  return group_result(env, result, &group, storage);
}

static napi_value js_group_by_id(napi_env env, napi_callback_info info) {
  int64_t id;
  if (!id_argument(env, info, &id)) return NULL;
  struct group group;
  char *storage = NULL;
  const int result = core_group_by_id((gid_t)id, &group, &storage);
  return group_result(env, result, &group, storage);
}

static napi_value js_groups_of_user(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int64_t gid;
  if (!glue_arguments(env, info, 2, values) || !glue_integer(env, values[1], "gid", &gid)) return NULL;
  char *name = glue_string(env, values[0], "name");
  if (!name) return NULL;
  gid_t *groups = NULL;
  const int count = core_groups_of_user(name, (gid_t)gid, &groups);
  free(name);
  if (count < 0) return glue_number(env, count);
  napi_value list = NULL;
  napi_create_array_with_length(env, (size_t)count, &list);
  for (int i = 0; i < count; i++) napi_set_element(env, list, (uint32_t)i, glue_number(env, groups[i]));
  free(groups);
  return list;
}

void export_users(napi_env env, napi_value exports) {
  glue_export(env, exports, "userByName", js_user_by_name);
  glue_export(env, exports, "userById", js_user_by_id);
  glue_export(env, exports, "groupByName", js_group_by_name);
  glue_export(env, exports, "groupById", js_group_by_id);
  glue_export(env, exports, "groupsOfUser", js_groups_of_user);
}
