#include "glue.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void throw_type_error(napi_env env, const char *name, const char *trouble) {
  char message[160];
  snprintf(message, sizeof message, "%s %s", name, trouble);
  napi_throw_type_error(env, NULL, message);
}

bool glue_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given >= count) return true;
  napi_throw_type_error(env, NULL, "too few arguments");
  return false;
}

bool glue_is_null(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_null;
}

bool glue_integer(napi_env env, napi_value value, const char *name, int64_t *integer) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= -0x1p53 && number <= 0x1p53) ||
      number != (double)(int64_t)number) {
    throw_type_error(env, name, "is not an integer");
    return false;
  }
  *integer = (int64_t)number;
  return true;
}

bool glue_int(napi_env env, napi_value value, const char *name, int *integer) {
  int64_t wide;
  if (!glue_integer(env, value, name, &wide)) return false;
  if (wide < INT_MIN || wide > INT_MAX) {
    throw_type_error(env, name, "is out of range");
    return false;
  }
  *integer = (int)wide;
  return true;
}

bool glue_boolean(napi_env env, napi_value value, const char *name, bool *boolean) {
  if (napi_get_value_bool(env, value, boolean) == napi_ok) return true;
  throw_type_error(env, name, "is not a boolean");
  return false;
}

char *glue_string(napi_env env, napi_value value, const char *name) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
    throw_type_error(env, name, "is not a string");
    return NULL;
  }
  char *text = malloc(length + 1);
  if (!text || napi_get_value_string_utf8(env, value, text, length + 1, &length) != napi_ok) {
    throw_type_error(env, name, "cannot be read");
    free(text);
    return NULL;
  }
  if (memchr(text, '\0', length)) {
    throw_type_error(env, name, "contains a NUL byte");
    free(text);
    return NULL;
  }
  return text;
}

static bool read_strings(napi_env env, napi_value array, const char *name, char **strings, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
    char item[64];
    snprintf(item, sizeof item, "%s[%u]", name, i);
    napi_value value;
    if (napi_get_element(env, array, i, &value) == napi_ok) strings[i] = glue_string(env, value, item);
    napi_close_handle_scope(env, scope);
    if (!strings[i]) return false;
  }
  return true;
}

char **glue_strings(napi_env env, napi_value value, const char *name) {
  uint32_t count;
  if (napi_get_array_length(env, value, &count) != napi_ok) {
    throw_type_error(env, name, "is not an array");
    return NULL;
  }
  char **strings = calloc((size_t)count + 1, sizeof *strings);
  if (!strings) {
    throw_type_error(env, name, "cannot be read");
    return NULL;
  }
  if (read_strings(env, value, name, strings, count)) return strings;
  glue_free_strings(strings);
  return NULL;
}

void glue_free_strings(char **strings) {
  if (!strings) return;
  for (char **string = strings; *string; string++) free(*string);
  free(strings);
}

bool glue_buffer(napi_env env, napi_value value, const char *name, uint8_t **bytes, size_t *length) {
  bool is_buffer = false;
  napi_is_buffer(env, value, &is_buffer);
  if (is_buffer && napi_get_buffer_info(env, value, (void **)bytes, length) == napi_ok) return true;
  throw_type_error(env, name, "is not a Buffer");
  return false;
}

bool glue_numbers(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **numbers,
                  size_t *count) {
  bool is_typed = false;
  napi_typedarray_type actual;
  napi_is_typedarray(env, value, &is_typed);
  if (is_typed && napi_get_typedarray_info(env, value, &actual, count, numbers, NULL, NULL) == napi_ok &&
      actual == type) {
    return true;
  }
  throw_type_error(env, name, "is not the right typed array");
  return false;
}

napi_value glue_number(napi_env env, double number) {
  napi_value value = NULL;
  napi_create_double(env, number, &value);
  return value;
}

napi_value glue_text(napi_env env, const char *text) {
  napi_value value = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

void glue_export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok) {
    napi_set_named_property(env, exports, name, value);
  }
}
