/*
 * One epoll descriptor, itself watched by Node's loop through uv_poll. A wakeup hands up to BATCH events to
 * JavaScript in one call, as triples of descriptor, generation and events; poller.ts drops those whose
 * generation is no longer the registered one.
 */
#include "glue.h"
#include "uv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 64, FIELDS = 3, READABLE = 1, WRITABLE = 2, HANGUP = 4 };

struct poller {
  uv_poll_t *watcher; /* its size is uv_handle_size(UV_POLL) */
  int epoll;
  bool closing;
  napi_env env;
  napi_ref on_batch;
  napi_ref batch;
  int32_t *events; /* the memory behind batch */
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

static uint32_t epoll_events(int events) {
  uint32_t mask = 0;
  if (events & READABLE) mask |= EPOLLIN | EPOLLRDHUP;
  if (events & WRITABLE) mask |= EPOLLOUT;
  if (events & HANGUP) mask |= EPOLLRDHUP;
  return mask;
}

static int32_t our_events(uint32_t mask) {
  int32_t events = 0;
  if (mask & EPOLLIN) events |= READABLE;
  if (mask & EPOLLOUT) events |= WRITABLE;
  if (mask & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) events |= HANGUP;
  return events;
}

/* Not before here: close may be called from within the callback that the context belongs to. */
static void after_close(uv_handle_t *handle) {
  struct poller *poller = uv_handle_get_data(handle);
  napi_handle_scope scope;
  if (napi_open_handle_scope(poller->env, &scope) == napi_ok) {
    napi_async_destroy(poller->env, poller->context);
    napi_close_handle_scope(poller->env, scope);
  }
  napi_remove_async_cleanup_hook(poller->cleanup);
  free(handle);
  free(poller);
}

static void close_poller(struct poller *poller) {
  if (poller->closing) return;
  poller->closing = true;
  uv_poll_stop(poller->watcher);
  close(poller->epoll);
  napi_delete_reference(poller->env, poller->on_batch);
  napi_delete_reference(poller->env, poller->batch);
  uv_close((uv_handle_t *)poller->watcher, after_close);
}

static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) { close_poller(data); }

static void call_javascript(struct poller *poller, int count) {
  napi_env env = poller->env;
  napi_value receiver, function, argument, result;
  if (napi_get_global(env, &receiver) != napi_ok ||
      napi_get_reference_value(env, poller->on_batch, &function) != napi_ok ||
      napi_create_int32(env, count, &argument) != napi_ok) {
    return;
  }
  if (napi_make_callback(env, poller->context, receiver, function, 1, &argument, &result) == napi_ok) return;
  napi_value error;
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
}

static void on_wakeup(uv_poll_t *watcher, int status, int uv_events) {
  struct poller *poller = uv_handle_get_data((uv_handle_t *)watcher);
  struct epoll_event ready[BATCH];
  const int count = epoll_wait(poller->epoll, ready, BATCH, 0);
  if (count <= 0) return;
  for (int i = 0; i < count; i++) {
    poller->events[FIELDS * i] = (int32_t)(uint32_t)ready[i].data.u64;
    poller->events[FIELDS * i + 1] = (int32_t)(uint32_t)(ready[i].data.u64 >> 32);
    poller->events[FIELDS * i + 2] = our_events(ready[i].events);
  }
  napi_handle_scope scope;
  if (napi_open_handle_scope(poller->env, &scope) != napi_ok) return;
  call_javascript(poller, count);
  napi_close_handle_scope(poller->env, scope);
}

static int start_watching(napi_env env, struct poller *poller) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -EINVAL;
  poller->watcher = calloc(1, uv_handle_size(UV_POLL));
  if (!poller->watcher) return -ENOMEM;
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  int error = poller->epoll < 0 ? -errno : uv_poll_init(loop, poller->watcher, poller->epoll);
  if (error != 0) {
    if (poller->epoll >= 0) close(poller->epoll);
    free(poller->watcher);
    return error;
  }
  uv_handle_t *handle = (uv_handle_t *)poller->watcher;
  uv_handle_set_data(handle, poller);
  uv_poll_start(poller->watcher, UV_READABLE, on_wakeup);
  uv_unref(handle);
  return 0;
}

static void name_context(napi_env env, struct poller *poller) {
  napi_value name = glue_text(env, "visord:poller");
  napi_async_init(env, NULL, name, &poller->context);
}

/* createPoller(onBatch, batch): an external, or -errno. */
static napi_value js_create(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t *events;
  size_t length;
  if (!glue_arguments(env, info, 2, values)) return NULL;
  if (!glue_numbers(env, values[1], "batch", napi_int32_array, (void **)&events, &length)) return NULL;
  if (length != BATCH * FIELDS) {
    napi_throw_range_error(env, NULL, "the batch has the wrong length");
    return NULL;
  }
  struct poller *poller = calloc(1, sizeof *poller);
  if (!poller) return glue_number(env, -ENOMEM);
  const int error = start_watching(env, poller);
  if (error != 0) {
    free(poller);
    return glue_number(env, error);
  }
  poller->env = env;
  poller->events = events;
  napi_create_reference(env, values[0], 1, &poller->on_batch);
  napi_create_reference(env, values[1], 1, &poller->batch);
  name_context(env, poller);
  napi_add_async_cleanup_hook(env, on_environment_end, poller, &poller->cleanup);
  napi_value result = NULL;
  napi_create_external(env, poller, NULL, NULL, &result);
  return result;
}

static struct poller *poller_of(napi_env env, napi_value value) {
  struct poller *poller = NULL;
  if (napi_get_value_external(env, value, (void **)&poller) == napi_ok) return poller;
  napi_throw_type_error(env, NULL, "not a poller");
  return NULL;
}

/* controlPoller(poller, operation, fd, generation, events): 0 or -errno. */
static napi_value js_control(napi_env env, napi_callback_info info) {
  static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
  napi_value values[5];
  struct poller *poller;
  int operation, fd, generation, events;
  if (!glue_arguments(env, info, 5, values) || !(poller = poller_of(env, values[0])) ||
      !glue_int(env, values[1], "operation", &operation) || !glue_int(env, values[2], "fd", &fd) ||
      !glue_int(env, values[3], "generation", &generation) || !glue_int(env, values[4], "events", &events)) {
    return NULL;
  }
  if (operation < 0 || operation > 2) {
    napi_throw_range_error(env, NULL, "no such operation");
    return NULL;
  }
  struct epoll_event event = {
      .events = epoll_events(events),
      .data.u64 = (uint64_t)(uint32_t)generation << 32 | (uint32_t)fd,
  };
  const int result = epoll_ctl(poller->epoll, operations[operation], fd, &event) == 0 ? 0 : -errno;
  return glue_number(env, result);
}

/* holdPoller(poller, on): whether it keeps the process alive. */
static napi_value js_hold(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct poller *poller;
  bool on;
  if (!glue_arguments(env, info, 2, values) || !(poller = poller_of(env, values[0])) ||
      !glue_boolean(env, values[1], "on", &on)) {
    return NULL;
  }
  if (on) {
    uv_ref((uv_handle_t *)poller->watcher);
  } else {
    uv_unref((uv_handle_t *)poller->watcher);
  }
  return NULL;
}

/* The external must not be used after this. */
static napi_value js_close(napi_env env, napi_callback_info info) {
  napi_value value;
  struct poller *poller;
  if (!glue_arguments(env, info, 1, &value) || !(poller = poller_of(env, value))) return NULL;
  close_poller(poller);
  return NULL;
}

void export_poller(napi_env env, napi_value exports) {
  glue_export(env, exports, "createPoller", js_create);
  glue_export(env, exports, "controlPoller", js_control);
  glue_export(env, exports, "holdPoller", js_hold);
  glue_export(env, exports, "closePoller", js_close);
}
