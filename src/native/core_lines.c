/*
 * Puts a head in front of each line and a tail behind it, and escapes the line for JSON where that is asked for.
 * It is here, and not in TypeScript, since it touches every byte that programs write: there it took five times as long.
 */
#include "core.h"

#include <string.h>

/* A word with the same byte eight times. */
#define ALL(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Writes while there is room; what does not fit is only counted. */
struct writer {
  unsigned char *at;
  size_t room;
  size_t wanted;
};

static void put(struct writer *out, const void *bytes, size_t length) {
  if (out->wanted + length <= out->room) memcpy(out->at + out->wanted, bytes, length);
  out->wanted += length;
}

/* Length of the UTF-8 sequence at the start of the bytes; 0 where there is none. Source: RFC 3629, section 4. */
static size_t sequence_length(const unsigned char *bytes, size_t length) {
  const unsigned char first = bytes[0];
  const size_t wanted = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (wanted == 0 || wanted > length) return 0;
  const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (bytes[1] < least || bytes[1] > most) return 0;
  for (size_t i = 2; i < wanted; i++) {
    if (bytes[i] < 0x80 || bytes[i] > 0xbf) return 0;
  }
  return wanted;
}

static void put_escape(struct writer *out, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  static const char names[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};
  const char name = byte < sizeof names ? names[byte] : 0;
  if (name) {
    const char escape[] = {'\\', name};
    put(out, escape, sizeof escape);
  } else {
    const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    put(out, escape, sizeof escape);
  }
}

static bool is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

/* The highest bit of each byte that is 0; a byte above one that is 0 may be reported too, which does no harm here. */
static uint64_t zero_bytes(uint64_t word) { return (word - ALL(0x01)) & ~word & ALL(0x80); }

/* Eight bytes at once. */
static bool are_plain(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  const uint64_t below_blank = (word - ALL(0x20)) & ~word & ALL(0x80);
  const uint64_t special = zero_bytes(word ^ ALL('"')) | zero_bytes(word ^ ALL('\\'));
  return ((word & ALL(0x80)) | below_blank | special) == 0;
}

static void put_json(struct writer *out, const unsigned char *line, size_t length) {
  size_t done = 0;
  while (done < length) {
    size_t end = done;
    while (end + sizeof(uint64_t) <= length && are_plain(line + end)) end += sizeof(uint64_t);
    while (end < length && is_plain(line[end])) end++;
    put(out, line + done, end - done);
    if (end == length) return;
    if (line[end] < 0x80) {
      put_escape(out, line[end]);
      done = end + 1;
      continue;
    }
    const size_t sequence = sequence_length(line + end, length - end);
    if (sequence == 0) {
      put(out, "\xef\xbf\xbd", 3);
      done = end + 1;
    } else {
      put(out, line + end, sequence);
      done = end + sequence;
    }
  }
}

size_t core_format_lines(const struct line_format *format, const unsigned char *lines, size_t length,
                         unsigned char *result, size_t room) {
  struct writer out = {result, room, 0};
  for (size_t at = 0; at < length;) {
    const unsigned char *newline = memchr(lines + at, '\n', length - at);
    const size_t end = newline ? (size_t)(newline - lines) : length;
    put(&out, format->head, format->head_length);
    if (format->is_json) {
      put_json(&out, lines + at, end - at);
    } else {
      put(&out, lines + at, end - at);
    }
    put(&out, format->tail, format->tail_length);
    at = end + 1;
  }
  return out.wanted;
}
