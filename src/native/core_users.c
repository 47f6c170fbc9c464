/* The user database, by the reentrant functions of libc with a buffer that grows until it suffices. */
#include "core.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_BUFFER_BYTES = 1024, FIRST_GROUP_COUNT = 64 };

struct query {
  const char *name;
  id_t id;
};

typedef int (*lookup)(const struct query *query, void *record, char *buffer, size_t length, void **found);

/* getpwnam(3): these errors mean that there is no entry, too. */
static int result_of(int error, const void *found) {
  if (found) return 1;
  const bool missing = error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
  return missing ? 0 : -error;
}

static int look_up(lookup ask, const struct query *query, void *record, char **storage) {
  char *buffer = NULL;
  for (size_t length = FIRST_BUFFER_BYTES;; length *= 2) {
    char *larger = realloc(buffer, length);
    if (!larger) {
      free(buffer);
      return -ENOMEM;
    }
    buffer = larger;
    void *found = NULL;
    int error;
    do {
      error = ask(query, record, buffer, length, &found);
    } while (error == EINTR);
    if (error == ERANGE) continue;
    const int result = result_of(error, found);
    if (result == 1) {
      *storage = buffer;
    } else {
      free(buffer);
    }
    return result;
  }
}

static int ask_user_name(const struct query *query, void *record, char *buffer, size_t length, void **found) {
  return getpwnam_r(query->name, record, buffer, length, (struct passwd **)found);
}

static int ask_user_id(const struct query *query, void *record, char *buffer, size_t length, void **found) {
  return getpwuid_r(query->id, record, buffer, length, (struct passwd **)found);
}

static int ask_group_name(const struct query *query, void *record, char *buffer, size_t length, void **found) {
  return getgrnam_r(query->name, record, buffer, length, (struct group **)found);
}

static int ask_group_id(const struct query *query, void *record, char *buffer, size_t length, void **found) {
  return getgrgid_r(query->id, record, buffer, length, (struct group **)found);
}

int core_user_by_name(const char *name, struct passwd *user, char **storage) {
  return look_up(ask_user_name, &(struct query){.name = name}, user, storage);
}

int core_user_by_id(uid_t uid, struct passwd *user, char **storage) {
  return look_up(ask_user_id, &(struct query){.id = uid}, user, storage);
}

int core_group_by_name(const char *name, struct group *group, char **storage) {
  return look_up(ask_group_name, &(struct query){.name = name}, group, storage);
}

int core_group_by_id(gid_t gid, struct group *group, char **storage) {
  return look_up(ask_group_id, &(struct query){.id = gid}, group, storage);
}

int core_groups_of_user(const char *name, gid_t gid, gid_t **groups) {
  gid_t *list = NULL;
  for (int capacity = FIRST_GROUP_COUNT;; capacity *= 2) {
    gid_t *larger = realloc(list, (size_t)capacity * sizeof *list);
    if (!larger) {
      free(list);
      return -ENOMEM;
    }
    list = larger;
    int count = capacity;
    if (getgrouplist(name, gid, list, &count) >= 0) {
      *groups = list;
      return count;
    }
  }
}
