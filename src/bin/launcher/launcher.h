/* What the launcher consists of. Nothing here frees memory: the process executes Node.js, or it ends. */
#ifndef VISORD_LAUNCHER_H
#define VISORD_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

enum { LONGEST_PATH = 4096 };

/* What src/native/launch.ts reads, in variables that no program sees. */
struct launch {
  const char *command; /* the path by which the command was called */
  const char *preload; /* the library that holds signals back, or NULL */
};

/* The environment for Node.js: what it would act on is renamed, the marks are added. */
char **environment_for_node(char **given, const struct launch *launch);

/* The value of a variable, or NULL. */
const char *variable(char **environment, const char *name);

/*
 * The Node.js to execute. `folder` is the folder of the command; its file `node-path` names the one that the package
 * was installed with. NULL where there is none.
 */
const char *find_node(const char *folder, char **environment);

/* The command `fleet-guard`, see guard.c. */
int guard_programs(void);
/* The command `supervisor_stdout`, which needs no Node.js. */
int echo_events(void);

/* `FOLDER/NAME`, or NULL where that is too long. */
const char *path_in(const char *folder, const char *name);

/* Prints `Error: …` and ends the process. */
_Noreturn void refuse(const char *format, ...);

#endif
