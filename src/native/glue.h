/*
 * Between JavaScript values and C. Each reader returns false (or NULL) with a TypeError pending that names
 * the wrong argument; the caller then returns NULL to JavaScript at once.
 */
#ifndef VISORD_GLUE_H
#define VISORD_GLUE_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

bool glue_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool glue_is_null(napi_env env, napi_value value);
bool glue_integer(napi_env env, napi_value value, const char *name, int64_t *integer);
bool glue_int(napi_env env, napi_value value, const char *name, int *integer);
bool glue_boolean(napi_env env, napi_value value, const char *name, bool *boolean);
/*
 * The bytes of the text as fs-encoding.ts encodes it, to be freed; a string with a NUL in it is refused, since C
 * would cut it there.
 */
char *glue_string(napi_env env, napi_value value, const char *name);
/* NULL-terminated, to be freed with glue_free_strings. */
char **glue_strings(napi_env env, napi_value value, const char *name);
void glue_free_strings(char **strings);
bool glue_buffer(napi_env env, napi_value value, const char *name, uint8_t **bytes, size_t *length);
/* The memory of a typed array of the given type; it is valid during the call only. */
bool glue_numbers(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **numbers,
                  size_t *count);
napi_value glue_number(napi_env env, double number);
/* Text as fs-encoding.ts decodes it: no byte is lost. */
napi_value glue_text(napi_env env, const char *text);
void glue_export(napi_env env, napi_value exports, const char *name, napi_callback function);

/* RLIMIT_ constants in the order of `resources` in limits.ts. */
extern const int glue_resources[];
extern const size_t glue_resource_count;
/* Negative is unlimited. */
rlim_t glue_limit(double number);

void export_spawn(napi_env env, napi_value exports);
void export_process(napi_env env, napi_value exports);
void export_users(napi_env env, napi_value exports);
void export_fifos(napi_env env, napi_value exports);
void export_files(napi_env env, napi_value exports);
void export_io(napi_env env, napi_value exports);
void export_lines(napi_env env, napi_value exports);
void export_peer(napi_env env, napi_value exports);
void export_sockets(napi_env env, napi_value exports);
void export_mounts(napi_env env, napi_value exports);
void export_poller(napi_env env, napi_value exports);

#endif
