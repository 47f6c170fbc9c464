/* A checksum that finds files that were cut off, damaged or replaced. It does not protect against files that are made to match. */
#include "core.h"

#include <string.h>

static uint64_t mixed(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return sum ^ sum >> 32;
}

uint64_t core_checksum(const uint8_t *bytes, size_t length) {
  uint64_t sum = length;
  uint64_t word;
  size_t at = 0;
  for (; length - at >= sizeof word; at += sizeof word) {
    memcpy(&word, bytes + at, sizeof word);
    sum = mixed(sum, word);
  }
  word = 0;
  if (at < length) memcpy(&word, bytes + at, length - at);
  return mixed(sum, word);
}
