/*
 * A command of the package: executes Node.js with the script beside it, `supervisord.cjs` beside `supervisord`. It
 * does what must be done before Node.js starts, which acts on its environment, raises the limit of open files and
 * resets signals before any script runs.
 *
 *   supervisord ARGUMENT...                 a copy of this program, or a link to it, which may have any name
 *   launcher CALLED-AS COMMAND ARGUMENT...  from launcher.sh
 *
 * As `supervisor_stdout` and as `fleet-guard` it does what these commands do, see echo-events.c and guard.c.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { NOT_FOUND = 127, CANNOT_EXECUTE = 126 };

static int failure_status = NOT_FOUND;

void refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("Error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  _exit(failure_status);
}

const char *path_in(const char *folder, const char *name) {
  char *path;
  if (asprintf(&path, "%s/%s", folder, name) < 0) refuse("out of memory");
  return strlen(path) < LONGEST_PATH ? path : NULL;
}

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

/* The command without the links that lead to it: npm's folder of commands holds only links. */
static char *without_links(const char *path) {
  char *real = realpath(path, NULL);
  if (real == NULL) real = realpath("/proc/self/exe", NULL);
  if (real == NULL) refuse("%s cannot be found: %s", path, strerror(errno));
  return real;
}

/* Beside this program. The loader takes a list, separated by colons and blanks, so that a path may have neither. */
static const char *preload_library(void) {
  char *own = realpath("/proc/self/exe", NULL);
  if (own == NULL) return NULL;
  *strrchr(own, '/') = '\0';
  const char *path = path_in(own, "hold-signals.so");
  return path != NULL && strpbrk(path, ": ") == NULL && access(path, R_OK) == 0 ? path : NULL;
}

/* Until the daemon can take them; see hold-signals.c. */
static void block_signals(void) {
  static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM};
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) sigaddset(&set, numbers[i]);
  sigprocmask(SIG_BLOCK, &set, NULL);
}

static const char *called_as(char **arguments) {
  const char *path = (const char *)getauxval(AT_EXECFN);
  return path != NULL ? path : arguments[0];
}

/*
 * The first word of the daemon's command line is the path that was called: Debian's init script and others look for a
 * running /usr/bin/supervisord by it. A `node` that leads to another program, such as the shim of a version manager, may
 * act on that word, and gets its own path.
 */
static const char *first_word(const char *node, const char *called) {
  char *real = realpath(node, NULL);
  const bool is_node = real != NULL && strncmp(name_of(real), "node", strlen("node")) == 0;
  free(real);
  return is_node && strchr(called, '/') != NULL ? called : node;
}

int main(int count, char **arguments, char **environment) {
  const char *called = called_as(arguments);
  char *command;
  if (count >= 3 && strcmp(name_of(called), "launcher") == 0) {
    called = arguments[1];
    command = without_links(arguments[2]);
    arguments += 2;
  } else {
    command = without_links(called);
  }
  if (strcmp(name_of(command), "supervisor_stdout") == 0) return echo_events();
  if (strcmp(name_of(command), "fleet-guard") == 0) return guard_programs();
  const bool is_daemon = strcmp(name_of(command), "supervisord") == 0;
  const struct launch launch = {.command = called, .preload = is_daemon ? preload_library() : NULL};
  if (launch.preload != NULL) block_signals();

  char *script;
  if (asprintf(&script, "%s.cjs", command) < 0) refuse("out of memory");
  *strrchr(command, '/') = '\0';
  const char *node = find_node(command, environment);
  if (node == NULL) {
    refuse("Node.js 20 or newer is needed, and no program named node was found; VISORD_NODE=PATH can name it");
  }

  int arguments_count = 0;
  while (arguments[arguments_count] != NULL) arguments_count++;
  char **line = calloc((size_t)arguments_count + 2, sizeof *line);
  if (line == NULL) refuse("out of memory");
  line[0] = (char *)(is_daemon ? first_word(node, called) : node);
  line[1] = script;
  for (int i = 1; i < arguments_count; i++) line[i + 1] = arguments[i];

  execve(node, line, environment_for_node(environment, &launch));
  failure_status = CANNOT_EXECUTE;
  refuse("%s cannot be executed: %s", node, strerror(errno));
}
