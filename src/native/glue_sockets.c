#include "core.h"
#include "glue.h"

#include <netdb.h>
#include <stdlib.h>

static napi_value js_listen_unix(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int mode, backlog;
  if (!glue_arguments(env, info, 3, values) || !glue_int(env, values[1], "mode", &mode) ||
      !glue_int(env, values[2], "backlog", &backlog)) {
    return NULL;
  }
  char *path = glue_string(env, values[0], "path");
  if (!path) return NULL;
  const int result = core_listen_unix(path, (mode_t)mode, backlog);
  free(path);
  return glue_number(env, result);
}

/* A function of a path whose result is a number. */
static napi_value with_path(napi_env env, napi_callback_info info, int (*function)(const char *path)) {
  napi_value value;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  char *path = glue_string(env, value, "path");
  if (!path) return NULL;
  const int result = function(path);
  free(path);
  return glue_number(env, result);
}

static napi_value js_connect_datagram(napi_env env, napi_callback_info info) {
  return with_path(env, info, core_connect_datagram);
}

static napi_value js_bind_datagram(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int mode;
  if (!glue_arguments(env, info, 2, values) || !glue_int(env, values[1], "mode", &mode)) return NULL;
  char *path = glue_string(env, values[0], "path");
  if (!path) return NULL;
  const int result = core_bind_datagram(path, (mode_t)mode);
  free(path);
  return glue_number(env, result);
}

/* The third argument gets pid and uid of the sender. */
static napi_value js_receive_datagram(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int fd;
  uint8_t *bytes;
  size_t capacity, count;
  int32_t *identity;
  if (!glue_arguments(env, info, 3, values) || !glue_int(env, values[0], "fd", &fd) ||
      !glue_buffer(env, values[1], "buffer", &bytes, &capacity) ||
      !glue_numbers(env, values[2], "sender", napi_int32_array, (void **)&identity, &count)) {
    return NULL;
  }
  if (count != 2) {
    napi_throw_range_error(env, NULL, "sender is not two numbers");
    return NULL;
  }
  struct datagram_sender sender = {0, 0};
  const ssize_t length = core_receive_datagram(fd, bytes, capacity, &sender);
  identity[0] = sender.pid;
  identity[1] = (int32_t)sender.uid;
  return glue_number(env, (double)length);
}

static napi_value js_unix_socket_is_live(napi_env env, napi_callback_info info) {
  napi_value value;
  if (!glue_arguments(env, info, 1, &value)) return NULL;
  char *path = glue_string(env, value, "path");
  if (!path) return NULL;
  const bool live = core_unix_socket_is_live(path);
  free(path);
  napi_value result = NULL;
  napi_get_boolean(env, live, &result);
  return result;
}

static napi_value js_unix_listener(napi_env env, napi_callback_info info) {
  return with_path(env, info, core_unix_listener);
}

/* The port of a TCP socket as it is, a path as text, or -errno. */
static napi_value js_listening_address(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  struct listening_address address;
  const int result = core_listening_address(fd, &address);
  if (result < 0) return glue_number(env, result);
  return address.port < 0 ? glue_text(env, address.path) : glue_number(env, address.port);
}

/* The address of this machine that a TCP socket listens at, empty for a unix socket; or -errno. */
static napi_value js_listening_host(napi_env env, napi_callback_info info) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  struct listening_address address;
  const int result = core_listening_address(fd, &address);
  return result < 0 ? glue_number(env, result) : glue_text(env, address.host);
}

/* A descriptor, -errno, or getaddrinfo's message. */
static napi_value js_listen_inet(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int port, backlog;
  if (!glue_arguments(env, info, 3, values) || !glue_int(env, values[1], "port", &port) ||
      !glue_int(env, values[2], "backlog", &backlog)) {
    return NULL;
  }
  if (port < 0 || port > 65535) {
    napi_throw_range_error(env, NULL, "port is not in 0..65535");
    return NULL;
  }
  char *host = glue_string(env, values[0], "host");
  if (!host) return NULL;
  int resolver = 0;
  const int result = core_listen_inet(host, port, backlog, &resolver);
  free(host);
  if (resolver != 0 && resolver != EAI_SYSTEM) return glue_text(env, gai_strerror(resolver));
  return glue_number(env, result);
}

static napi_value call_with_fd(napi_env env, napi_callback_info info, int (*function)(int)) {
  napi_value value;
  int fd;
  if (!glue_arguments(env, info, 1, &value) || !glue_int(env, value, "fd", &fd)) return NULL;
  return glue_number(env, function(fd));
}

static napi_value js_set_prompt(napi_env env, napi_callback_info info) {
  return call_with_fd(env, info, core_set_prompt);
}

static napi_value js_accept(napi_env env, napi_callback_info info) { return call_with_fd(env, info, core_accept); }

static napi_value js_shutdown_writing(napi_env env, napi_callback_info info) {
  return call_with_fd(env, info, core_shutdown_writing);
}

void export_sockets(napi_env env, napi_value exports) {
  glue_export(env, exports, "listenUnix", js_listen_unix);
  glue_export(env, exports, "unixSocketIsLive", js_unix_socket_is_live);
  glue_export(env, exports, "unixListener", js_unix_listener);
  glue_export(env, exports, "listeningAddress", js_listening_address);
  glue_export(env, exports, "listeningHost", js_listening_host);
  glue_export(env, exports, "listenInet", js_listen_inet);
  glue_export(env, exports, "connectDatagram", js_connect_datagram);
  glue_export(env, exports, "bindDatagram", js_bind_datagram);
  glue_export(env, exports, "receiveDatagram", js_receive_datagram);
  glue_export(env, exports, "setPrompt", js_set_prompt);
  glue_export(env, exports, "accept", js_accept);
  glue_export(env, exports, "shutdownWriting", js_shutdown_writing);
}
