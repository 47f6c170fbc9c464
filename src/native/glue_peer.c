#include "core.h"
#include "glue.h"

#include <stdlib.h>
#include <sys/socket.h>

/* The second argument gets pid, uid and gid of the peer. */
static napi_value js_peer_credentials(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd;
  int32_t *ids;
  size_t count;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_numbers(env, values[1], "ids", napi_int32_array, (void **)&ids, &count)) {
    return NULL;
  }
  if (count != 3) {
    napi_throw_range_error(env, NULL, "ids is not three numbers");
    return NULL;
  }
  struct ucred credentials = {0, 0, 0};
  const int result = core_peer_credentials(fd, &credentials);
  if (result == 0) {
    ids[0] = credentials.pid;
    ids[1] = (int32_t)credentials.uid;
    ids[2] = (int32_t)credentials.gid;
  }
  return glue_number(env, result);
}

/* A list, or -errno. */
static napi_value js_peer_groups(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  gid_t *groups = NULL;
  const int count = core_peer_groups(fd, &groups);
  if (count < 0) return glue_number(env, count);
  napi_value list = NULL;
  napi_create_array_with_length(env, (size_t)count, &list);
  for (int i = 0; i < count; i++) napi_set_element(env, list, (uint32_t)i, glue_number(env, groups[i]));
  free(groups);
  return list;
}

/* Host and port as text, or -errno. */
static napi_value js_peer_address(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  char text[64];
  const int result = core_peer_address(fd, text, sizeof text);
  return result < 0 ? glue_number(env, result) : glue_text(env, text);
}

void export_peer(napi_env env, napi_value exports) {
  glue_export(env, exports, "peerCredentials", js_peer_credentials);
  glue_export(env, exports, "peerGroups", js_peer_groups);
  glue_export(env, exports, "peerAddress", js_peer_address);
}
