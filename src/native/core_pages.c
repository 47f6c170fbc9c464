/*
 * Pages of the files that this process executes: Node.js, the C library, this addon. They are read again from the page
 * cache when they are used, so a process that is idle need not hold them.
 *
 * What may be given back is decided twice. /proc/self/smaps shows which mappings hold nothing but what is in their file: a
 * breakpoint, or a relocation of code, is a private copy of a page, and would be lost. The loader names the segments of
 * the objects that are loaded, and unloads none of them during dl_iterate_phdr(3): no other thread can put memory of its
 * own in their place meanwhile.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_MAPPINGS = 256, BUFFER_BYTES = 16 * 1024 };

struct mapping {
  uintptr_t start, end;
  double bytes;
};

struct clean_mappings {
  size_t count;
  struct mapping list[MOST_MAPPINGS];
};

struct release {
  const char *smaps;
  bool is_read;
  struct clean_mappings clean;
  double bytes;
};

/* Fields of a mapping, of which each kernel since 4.14 shows all. */
static const char *const zero_fields[] = {"Private_Dirty:", "Anonymous:", "Swap:", "Locked:"};
enum { ZERO_FIELDS = sizeof zero_fields / sizeof *zero_fields };

/* The start of a record: `START-END r-xp OFFSET DEVICE INODE PATH`. False for any other line. */
static bool reads_mapping(const char *line, struct mapping *mapping, bool *is_candidate) {
  char mode[5];
  unsigned long long inode;
  int path_at = 0;
  if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*x %*x:%*x %llu %n", &mapping->start, &mapping->end, mode, &inode,
             &path_at) != 4) {
    return false;
  }
  mapping->bytes = 0;
  const bool is_read_only = strcmp(mode, "r--p") == 0 || strcmp(mode, "r-xp") == 0;
  *is_candidate = is_read_only && inode != 0 && line[path_at] == '/';
  return true;
}

/* One more of the fields is there and zero. */
static bool is_zero_field(const char *line) {
  for (size_t i = 0; i < ZERO_FIELDS; i++) {
    const size_t length = strlen(zero_fields[i]);
    if (strncmp(line, zero_fields[i], length) == 0) return strtoul(line + length, NULL, 10) == 0;
  }
  return false;
}

static void add(struct clean_mappings *clean, const struct mapping *mapping) {
  if (mapping->bytes > 0 && clean->count < MOST_MAPPINGS) clean->list[clean->count++] = *mapping;
}

/* The mappings that are private, read-only, and hold nothing but pages of their file. */
static int read_clean_mappings(const char *path, struct clean_mappings *clean) {
  char buffer[BUFFER_BYTES];
  FILE *file = fopen(path, "re");
  if (file == NULL) return -errno;
  setvbuf(file, buffer, _IOFBF, sizeof buffer);
  char *line = NULL;
  size_t room = 0, zeros = 0;
  struct mapping current = {0, 0, 0}, next;
  bool is_candidate = false, is_next_candidate;
  clean->count = 0;
  while (getline(&line, &room, file) > 0) {
    if (reads_mapping(line, &next, &is_next_candidate)) {
      if (is_candidate && zeros == ZERO_FIELDS) add(clean, &current);
      current = next;
      is_candidate = is_next_candidate;
      zeros = 0;
    } else if (is_candidate && strncmp(line, "Rss:", 4) == 0) {
      current.bytes = 1024.0 * (double)strtoul(line + 4, NULL, 10);
    } else if (is_candidate && is_zero_field(line)) {
      zeros++;
    }
  }
  if (is_candidate && zeros == ZERO_FIELDS) add(clean, &current);
  free(line);
  fclose(file);
  return 0;
}

/* Gives back the clean mappings in a segment of an object that is loaded. */
static int release_object(struct dl_phdr_info *object, size_t size, void *data) {
  (void)size;
  struct release *release = data;
  if (!release->is_read) {
    release->is_read = true;
    const int error = read_clean_mappings(release->smaps, &release->clean);
    if (error != 0) return error;
  }
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
    const uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
    const uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
    for (size_t j = 0; j < release->clean.count; j++) {
      const struct mapping *mapping = &release->clean.list[j];
      if (mapping->start < start || mapping->end > end) continue;
      if (madvise((void *)mapping->start, mapping->end - mapping->start, MADV_DONTNEED) == 0) {
        release->bytes += mapping->bytes;
      }
    }
  }
  return 0;
}

double core_release_pages(const char *smaps) {
  struct release release = {.smaps = smaps};
  const int error = dl_iterate_phdr(release_object, &release);
  return error < 0 ? error : release.bytes;
}

double core_mapped_bytes(void) {
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL) return -errno;
  unsigned long pages = 0;
  const bool is_read = fscanf(file, "%*u %*u %lu", &pages) == 1;
  fclose(file);
  return is_read ? (double)pages * (double)sysconf(_SC_PAGESIZE) : -EIO;
}
