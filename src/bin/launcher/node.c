/*
 * Where Node.js is. PATH alone is not enough: cron, init scripts and `sudo` have a short one, and version managers add
 * their folder in the shell's start-up files only.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool is_program(const char *path) {
  struct stat status;
  return path != NULL && stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static const char *program_in(const char *folder, const char *name) {
  const char *path = path_in(folder, name);
  return is_program(path) ? path : NULL;
}

/* The one that the package was installed, or built, with. */
static const char *recorded(const char *folder) {
  static char path[LONGEST_PATH];
  const char *record = path_in(folder, "node-path");
  FILE *file = record == NULL ? NULL : fopen(record, "re");
  if (file == NULL) return NULL;
  const bool is_read = fgets(path, sizeof path, file) != NULL;
  fclose(file);
  if (!is_read) return NULL;
  path[strcspn(path, "\n")] = '\0';
  return path[0] == '/' && is_program(path) ? path : NULL;
}

/* PACKAGE/node/bin/node from PACKAGE/dist/bin: of a package that holds its Node.js. */
static const char *of_package(const char *folder) { return program_in(folder, "../../node/bin/node"); }

/* From PACKAGE/dist/bin: npm's package `node` in the same node_modules, and PREFIX/bin of PREFIX/lib/node_modules. */
static const char *beside_package(const char *folder) {
  const char *path = program_in(folder, "../../../node/bin/node");
  return path != NULL ? path : program_in(folder, "../../../../../bin/node");
}

/* An empty folder of PATH is the working directory, as for the shell. */
static const char *on_path(const char *folders) {
  while (folders != NULL) {
    const char *end = strchrnul(folders, ':');
    char folder[LONGEST_PATH];
    if ((size_t)(end - folders) < sizeof folder) {
      snprintf(folder, sizeof folder, "%.*s", (int)(end - folders), folders);
      const char *path = program_in(folder[0] == '\0' ? "." : folder, "node");
      if (path != NULL) return path;
    }
    folders = *end == ':' ? end + 1 : NULL;
  }
  return NULL;
}

static const char *in_usual_folders(void) {
  static const char *const folders[] = {"/usr/local/bin", "/usr/bin", "/opt/node/bin", "/usr/local/node/bin"};
  for (size_t i = 0; i < COUNT(folders); i++) {
    const char *path = program_in(folders[i], "node");
    if (path != NULL) return path;
  }
  return NULL;
}

/* The newest of nvm's: NVM/versions/node/vMAJOR.MINOR.PATCH/bin/node. */
static const char *newest_in(const char *versions) {
  DIR *folder = opendir(versions);
  if (folder == NULL) return NULL;
  const char *newest = NULL;
  char newest_name[NAME_MAX + 1] = "";
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] != 'v' || strverscmp(entry->d_name, newest_name) <= 0) continue;
    const char *of_version = path_in(versions, entry->d_name);
    const char *path = of_version == NULL ? NULL : program_in(of_version, "bin/node");
    if (path == NULL) continue;
    newest = path;
    snprintf(newest_name, sizeof newest_name, "%s", entry->d_name);
  }
  closedir(folder);
  return newest;
}

static const char *of_nvm(const char *nvm, const char *home) {
  const char *versions = nvm != NULL && *nvm != '\0'     ? path_in(nvm, "versions/node")
                         : home != NULL && *home != '\0' ? path_in(home, ".nvm/versions/node")
                                                         : NULL;
  return versions == NULL ? NULL : newest_in(versions);
}

const char *find_node(const char *folder, char **environment) {
  const char *wanted = variable(environment, "VISORD_NODE");
  if (wanted != NULL && *wanted != '\0') {
    if (!is_program(wanted)) refuse("VISORD_NODE=%s is not a program", wanted);
    return wanted;
  }
  const char *path = of_package(folder);
  if (path == NULL) path = recorded(folder);
  if (path == NULL) path = beside_package(folder);
  if (path == NULL) path = on_path(variable(environment, "PATH"));
  if (path == NULL) path = in_usual_folders();
  if (path == NULL) path = of_nvm(variable(environment, "NVM_DIR"), variable(environment, "HOME"));
  return path;
}
