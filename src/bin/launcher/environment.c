/*
 * Node.js, libuv, OpenSSL and ICU act on variables before any of our code runs. Most of them are for the programs:
 * they are hidden from Node.js under another name and given back to each program as they were.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The beginning of a hidden variable's name; src/native/launch.ts has the same. */
#define HIDDEN "VISORD_ENV_"

/* HIDDEN is among them, so that a variable that has such a name already comes back as it was. */
static const char *const hidden_prefixes[] = {"NODE_", "UV_", "OPENSSL_", "SSL_CERT_", "ICU_", HIDDEN};

/* Those of node-gyp-build, which finds the addon, and the marks. */
static const char *const hidden_names[] = {
    "WATCH_REPORT_DEPENDENCIES", "ELECTRON_RUN_AS_NODE", "PREBUILDS_ONLY",      "VISORD_PREBUILD",
    "LIBC",                      "ARM_VERSION",          "npm_config_arch",     "npm_config_platform",
    "npm_config_runtime",        "VISORD_LAUNCH",        "VISORD_LAUNCH_COMMAND",
};

/* Applications read it, Node.js does not; and so do plugins of the daemon. */
#define NOT_HIDDEN "NODE_ENV"

#define PRELOAD "LD_PRELOAD"

enum { MARKS = 3, LONGEST_NUMBERS = 96 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool has_name(const char *entry, const char *name) {
  const size_t length = strlen(name);
  return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool is_hidden(const char *entry, const struct launch *launch) {
  if (has_name(entry, NOT_HIDDEN)) return false;
  for (size_t i = 0; i < COUNT(hidden_prefixes); i++) {
    if (strncmp(entry, hidden_prefixes[i], strlen(hidden_prefixes[i])) == 0) return true;
  }
  for (size_t i = 0; i < COUNT(hidden_names); i++) {
    if (has_name(entry, hidden_names[i])) return true;
  }
  return launch->preload != NULL && has_name(entry, PRELOAD);
}

const char *variable(char **environment, const char *name) {
  for (; *environment != NULL; environment++) {
    if (has_name(*environment, name)) return *environment + strlen(name) + 1;
  }
  return NULL;
}

static void *memory(size_t bytes) {
  void *result = malloc(bytes);
  if (result == NULL) refuse("out of memory");
  return result;
}

static char *joined(const char *first, const char *second, const char *third) {
  const size_t bytes = strlen(first) + strlen(second) + strlen(third) + 1;
  char *text = memory(bytes);
  snprintf(text, bytes, "%s%s%s", first, second, third);
  return text;
}

static long long number_of(rlim_t limit) { return limit == RLIM_INFINITY ? -1 : (long long)limit; }

/* PID:SOFT:HARD:HELD. Node.js raises the soft limit of open files to the hard one. */
static char *launch_mark(const struct launch *launch) {
  struct rlimit files;
  char numbers[LONGEST_NUMBERS];
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) refuse("the limit of open files cannot be read");
  snprintf(numbers, sizeof numbers, "%ld:%lld:%lld:%d", (long)getpid(), number_of(files.rlim_cur),
           number_of(files.rlim_max), launch->preload != NULL);
  return joined("VISORD_LAUNCH", "=", numbers);
}

/* The libraries that were to be loaded already stay so. */
static char *preload_variable(const char *library, const char *given) {
  if (given == NULL || *given == '\0') return joined(PRELOAD, "=", library);
  return joined(joined(PRELOAD, "=", library), ":", given);
}

char **environment_for_node(char **given, const struct launch *launch) {
  size_t count = 0;
  while (given[count] != NULL) count++;
  char **result = memory((count + MARKS + 1) * sizeof *result);
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    result[at++] = is_hidden(given[i], launch) ? joined(HIDDEN, given[i], "") : given[i];
  }
  result[at++] = launch_mark(launch);
  result[at++] = joined("VISORD_LAUNCH_COMMAND", "=", launch->command);
  if (launch->preload != NULL) result[at++] = preload_variable(launch->preload, variable(given, PRELOAD));
  result[at] = NULL;
  return result;
}
