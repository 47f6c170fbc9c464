/*
 * Stands in for the command of the Python package supervisor_stdout where that is not installed: an event listener that
 * answers each event with its payload, for the result handler `supervisor_stdout:event_handler` of the daemon. It ends
 * with its stdin.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct payload {
  char *bytes;
  size_t length;
  size_t room;
};

static void append(struct payload *payload, int byte) {
  if (payload->length == payload->room) {
    payload->room = payload->room == 0 ? 4096 : 2 * payload->room;
    payload->bytes = realloc(payload->bytes, payload->room);
    if (payload->bytes == NULL) refuse("out of memory");
  }
  payload->bytes[payload->length++] = (char)byte;
}

/* The value of `len` in the header of an event, in characters. */
static size_t length_in(const char *header) {
  const char *field = strncmp(header, "len:", 4) == 0 ? header : strstr(header, " len:");
  if (field == NULL) refuse("an event without a length: %s", header);
  char *end;
  errno = 0;
  const char *digits = strchr(field, ':') + 1;
  const size_t length = strtoul(digits, &end, 10);
  if (errno != 0 || end == digits || *digits == '-') refuse("an event with a wrong length: %s", header);
  return length;
}

/* How many bytes follow the first one of a character in UTF-8. */
static int following(int first) {
  if (first >= 0xf0) return 3;
  if (first >= 0xe0) return 2;
  return first >= 0xc0 ? 1 : 0;
}

/* False where stdin ends before. */
static bool read_characters(struct payload *payload, size_t count) {
  payload->length = 0;
  for (; count > 0; count--) {
    int left = 0;
    do {
      const int byte = getchar_unlocked();
      if (byte == EOF) return false;
      left = left > 0 ? left - 1 : following(byte);
      append(payload, byte);
    } while (left > 0);
  }
  return true;
}

/* False where nothing reads it. */
static bool write_result(const struct payload *payload) {
  printf("RESULT %zu\n", payload->length);
  fwrite_unlocked(payload->bytes, 1, payload->length, stdout);
  return fflush(stdout) == 0;
}

int echo_events(void) {
  struct payload payload = {NULL, 0, 0};
  char *header = NULL;
  size_t room = 0;
  while (puts("READY") >= 0 && fflush(stdout) == 0 && getline(&header, &room, stdin) > 0) {
    if (!read_characters(&payload, length_in(header)) || !write_result(&payload)) break;
  }
  return EXIT_SUCCESS;
}
