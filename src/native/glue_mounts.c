/*
 * The mounts of this process, watched by Node's loop itself: the kernel reports a change to the first one that asks, and
 * an epoll descriptor inside another one, as in glue_poller.c, would ask twice.
 */
#include "glue.h"
#include "uv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct mounts {
  uv_poll_t *watcher; /* its size is uv_handle_size(UV_POLL) */
  int fd;
  bool closing;
  napi_env env;
  napi_ref on_change;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

/* Not before here: close may be called from within the callback that the context belongs to. */
static void after_close(uv_handle_t *handle) {
  struct mounts *mounts = uv_handle_get_data(handle);
  napi_handle_scope scope;
  if (napi_open_handle_scope(mounts->env, &scope) == napi_ok) {
    napi_async_destroy(mounts->env, mounts->context);
    napi_close_handle_scope(mounts->env, scope);
  }
  napi_remove_async_cleanup_hook(mounts->cleanup);
  free(handle);
  free(mounts);
}

static void close_mounts(struct mounts *mounts) {
  if (mounts->closing) return;
  mounts->closing = true;
  uv_poll_stop(mounts->watcher);
  close(mounts->fd);
  napi_delete_reference(mounts->env, mounts->on_change);
  uv_close((uv_handle_t *)mounts->watcher, after_close);
}

static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) { close_mounts(data); }

static void call_javascript(struct mounts *mounts) {
  napi_env env = mounts->env;
  napi_value receiver, function, result;
  if (napi_get_global(env, &receiver) != napi_ok ||
      napi_get_reference_value(env, mounts->on_change, &function) != napi_ok ||
      napi_make_callback(env, mounts->context, receiver, function, 0, NULL, &result) == napi_ok) {
    return;
  }
  napi_value error;
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
}

static void on_event(uv_poll_t *watcher, int status, int events) {
  struct mounts *mounts = uv_handle_get_data((uv_handle_t *)watcher);
  napi_handle_scope scope;
  if (status != 0 || napi_open_handle_scope(mounts->env, &scope) != napi_ok) return;
  call_javascript(mounts);
  napi_close_handle_scope(mounts->env, scope);
}

static int start_watching(napi_env env, struct mounts *mounts) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -EINVAL;
  mounts->fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (mounts->fd < 0) return -errno;
  mounts->watcher = calloc(1, uv_handle_size(UV_POLL));
  const int error = mounts->watcher ? uv_poll_init(loop, mounts->watcher, mounts->fd) : -ENOMEM;
  if (error != 0) {
    close(mounts->fd);
    free(mounts->watcher);
    return error;
  }
  uv_handle_set_data((uv_handle_t *)mounts->watcher, mounts);
  uv_poll_start(mounts->watcher, UV_PRIORITIZED, on_event);
  uv_unref((uv_handle_t *)mounts->watcher);
  return 0;
}

/* watchMounts(onChange): an external, or -errno. */
static napi_value js_watch(napi_env env, napi_callback_info info) {
  napi_value function;
  if (!glue_arguments(env, info, 1, &function)) return NULL;
  struct mounts *mounts = calloc(1, sizeof *mounts);
  if (!mounts) return glue_number(env, -ENOMEM);
  const int error = start_watching(env, mounts);
  if (error != 0) {
    free(mounts);
    return glue_number(env, error);
  }
  mounts->env = env;
  napi_create_reference(env, function, 1, &mounts->on_change);
  napi_async_init(env, NULL, glue_text(env, "visord:mounts"), &mounts->context);
  napi_add_async_cleanup_hook(env, on_environment_end, mounts, &mounts->cleanup);
  napi_value result = NULL;
  napi_create_external(env, mounts, NULL, NULL, &result);
  return result;
}

static struct mounts *mounts_of(napi_env env, napi_value value) {
  struct mounts *mounts = NULL;
  if (napi_get_value_external(env, value, (void **)&mounts) == napi_ok) return mounts;
  napi_throw_type_error(env, NULL, "not a watch of mounts");
  return NULL;
}

/* pauseMounts(mounts, on): what changes meanwhile is reported once afterwards. */
static napi_value js_pause(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct mounts *mounts;
  bool on;
  if (!glue_arguments(env, info, 2, values) || !(mounts = mounts_of(env, values[0])) ||
      !glue_boolean(env, values[1], "on", &on)) {
    return NULL;
  }
  if (on) {
    uv_poll_stop(mounts->watcher);
  } else {
    uv_poll_start(mounts->watcher, UV_PRIORITIZED, on_event);
  }
  return NULL;
}

/* The external must not be used after this. */
static napi_value js_close(napi_env env, napi_callback_info info) {
  napi_value value;
  struct mounts *mounts;
  if (!glue_arguments(env, info, 1, &value) || !(mounts = mounts_of(env, value))) return NULL;
  close_mounts(mounts);
  return NULL;
}

void export_mounts(napi_env env, napi_value exports) {
  glue_export(env, exports, "watchMounts", js_watch);
  glue_export(env, exports, "pauseMounts", js_pause);
  glue_export(env, exports, "closeMounts", js_close);
}
