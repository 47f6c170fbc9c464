/* The other side of a connection, as the kernel knows it. */
#include "core.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int core_peer_credentials(int fd, struct ucred *credentials) {
  socklen_t length = sizeof *credentials;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, &length) == 0 ? 0 : -errno;
}

int core_peer_groups(int fd, gid_t **groups) {
#ifdef SO_PEERGROUPS
  socklen_t length = 32 * sizeof **groups;
  gid_t *list = malloc(length);
  while (list) {
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &length) == 0) {
      *groups = list;
      return (int)(length / sizeof *list);
    }
    const int error = errno;
    if (error != ERANGE) {
      free(list);
      return -error;
    }
    /* The length is what the list needs. */
    free(list);
    list = malloc(length);
  }
  return -ENOMEM;
#else
  (void)fd;
  (void)groups;
  return -ENOPROTOOPT;
#endif
}

int core_peer_address(int fd, char *text, size_t capacity) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getpeername(fd, (struct sockaddr *)&address, &length) != 0) return -errno;
  char host[INET6_ADDRSTRLEN];
  if (address.ss_family == AF_INET) {
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
    if (!inet_ntop(AF_INET, &in->sin_addr, host, sizeof host)) return -errno;
    snprintf(text, capacity, "%s:%u", host, ntohs(in->sin_port));
    return 0;
  }
  if (address.ss_family == AF_INET6) {
    const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&address;
    if (!inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host)) return -errno;
    snprintf(text, capacity, "[%s]:%u", host, ntohs(in->sin6_port));
    return 0;
  }
  return -EAFNOSUPPORT;
}
