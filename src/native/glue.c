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

/* U+FFFD, which Node-API writes in the place of a lone surrogate. */
static const char replacement[] = "\xef\xbf\xbd";

/* How many bytes the UTF-8 of a code point that is not a surrogate has. */
static size_t put_utf8(char *to, uint32_t code) {
  if (code < 0x80) {
    to[0] = (char)code;
    return 1;
  }
  const size_t count = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = count - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3f));
  to[0] = (char)(code | (count == 2 ? 0xc0 : count == 3 ? 0xe0 : 0xf0));
  return count;
}

static bool is_high(char16_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
static bool is_low(char16_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

/* The bytes that fs-encoding.ts makes of the text: a lone U+DC80 to U+DCFF is one byte. NULL without memory. */
static char *encode_units(const char16_t *units, size_t count, size_t *length) {
  char *text = malloc(3 * count + 1);
  if (!text) return NULL;
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    const char16_t unit = units[i];
    if (is_high(unit) && i + 1 < count && is_low(units[i + 1])) {
      at += put_utf8(text + at, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (units[i + 1] - 0xdc00));
      i++;
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      text[at++] = (char)(unit - 0xdc00);
    } else {
      at += put_utf8(text + at, is_high(unit) || is_low(unit) ? 0xfffd : unit);
    }
  }
  text[at] = '\0';
  *length = at;
  return text;
}

/* A string that may hold lone surrogates, as bytes; NULL where it cannot be read. */
static char *escaped_string(napi_env env, napi_value value, size_t *length) {
  size_t count;
  if (napi_get_value_string_utf16(env, value, NULL, 0, &count) != napi_ok) return NULL;
  char16_t *units = malloc((count + 1) * sizeof *units);
  char *text = NULL;
  if (units && napi_get_value_string_utf16(env, value, units, count + 1, &count) == napi_ok) {
    text = encode_units(units, count, length);
  }
  free(units);
  return text;
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
  if (strstr(text, replacement)) {
    free(text);
    text = escaped_string(env, value, &length);
    if (!text) {
      throw_type_error(env, name, "cannot be read");
      return NULL;
    }
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

/* How many bytes the character has that begins here, and which it is; 0 where none does. */
static size_t read_utf8(const unsigned char *text, uint32_t *code) {
  const unsigned char first = text[0];
  const size_t count = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (first < 0x80) {
    *code = first;
    return 1;
  }
  *code = count == 2 ? first & 0x1f : count == 3 ? first & 0x0f : first & 0x07;
  for (size_t i = 1; i < count; i++) {
    if ((text[i] & 0xc0) != 0x80) return 0;
    *code = *code << 6 | (text[i] & 0x3f);
  }
  const bool is_overlong = (count == 3 && *code < 0x800) || (count == 4 && *code < 0x10000);
  return is_overlong || (*code >= 0xd800 && *code < 0xe000) || *code > 0x10ffff ? 0 : count;
}

napi_value glue_text(napi_env env, const char *text) {
  napi_value value = NULL;
  const size_t length = strlen(text);
  char16_t *units = malloc((length + 1) * sizeof *units);
  if (!units) {
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  size_t count = 0;
  for (size_t i = 0; i < length;) {
    uint32_t code;
    const size_t bytes = read_utf8((const unsigned char *)text + i, &code);
    if (bytes == 0) {
      units[count++] = (char16_t)(0xdc00 + (unsigned char)text[i]);
    } else if (code < 0x10000) {
      units[count++] = (char16_t)code;
    } else {
      units[count++] = (char16_t)(0xd800 + ((code - 0x10000) >> 10));
      units[count++] = (char16_t)(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    i += bytes == 0 ? 1 : bytes;
  }
  napi_create_string_utf16(env, units, count, &value);
  free(units);
  return value;
}

void glue_export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok) {
    napi_set_named_property(env, exports, name, value);
  }
}
