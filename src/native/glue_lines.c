#include "core.h"
#include "glue.h"

static napi_value js_format_lines(napi_env env, napi_callback_info info) {
  napi_value values[5];
  struct line_format format;
  uint8_t *head, *tail, *lines, *result;
  size_t length, room;
  if (!glue_arguments(env, info, 5, values) || !glue_boolean(env, values[0], "isJson", &format.is_json) ||
      !glue_buffer(env, values[1], "head", &head, &format.head_length) ||
      !glue_buffer(env, values[2], "tail", &tail, &format.tail_length) ||
      !glue_buffer(env, values[3], "lines", &lines, &length) ||
      !glue_buffer(env, values[4], "result", &result, &room)) {
    return NULL;
  }
  format.head = head;
  format.tail = tail;
  return glue_number(env, (double)core_format_lines(&format, lines, length, result, room));
}

void export_lines(napi_env env, napi_value exports) { glue_export(env, exports, "formatLines", js_format_lines); }
