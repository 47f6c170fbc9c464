/*
 * What the addon uses of libuv, which Node.js brings along: functions and handles without their layout. The layout
 * may change between versions of Node.js; these functions and numbers do not change in libuv 1.x (uv.h, "API and ABI").
 */
#ifndef VISORD_UV_H
#define VISORD_UV_H

#include <stddef.h>

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
/* Every handle begins as a uv_handle_t, and may be cast to it. */
typedef struct uv_poll_s uv_poll_t;

/* UV_POLL of uv_handle_type, and UV_READABLE and UV_PRIORITIZED of uv_poll_event. */
enum { UV_POLL = 8, UV_READABLE = 1, UV_PRIORITIZED = 8 };

size_t uv_handle_size(int type);
void *uv_handle_get_data(const uv_handle_t *handle);
void uv_handle_set_data(uv_handle_t *handle, void *data);
void uv_ref(uv_handle_t *handle);
void uv_unref(uv_handle_t *handle);
void uv_close(uv_handle_t *handle, void (*after)(uv_handle_t *handle));

int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
int uv_poll_start(uv_poll_t *handle, int events, void (*on_ready)(uv_poll_t *handle, int status, int events));
int uv_poll_stop(uv_poll_t *handle);

#endif
