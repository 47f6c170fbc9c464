/* Sockets: close-on-exec, non-blocking, and never reachable by more users than asked for. */
#include "core.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const int socket_type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

static int address_of(const char *path, struct sockaddr_un *address) {
  const size_t length = strlen(path);
  if (length == 0) return -ENOENT;
  if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

/* 0 or errno; the file has these rights from its first moment. */
static int bind_unix(int fd, const struct sockaddr_un *address, mode_t mode) {
  const mode_t previous = umask(~mode & 0777);
  const int bound = bind(fd, (const struct sockaddr *)address, sizeof *address);
  const int error = bound == 0 ? 0 : errno;
  umask(previous);
  return error;
}

int core_listen_unix(const char *path, mode_t mode, int backlog) {
  struct sockaddr_un address;
  const int unusable = address_of(path, &address);
  if (unusable != 0) return unusable;
  const int fd = socket(AF_UNIX, socket_type, 0);
  if (fd < 0) return -errno;

  int error = bind_unix(fd, &address, mode);
  if (error == 0 && listen(fd, backlog) != 0) {
    error = errno;
    unlink(path);
  }
  if (error == 0) return fd;
  close(fd);
  return -error;
}

int core_unix_listener(const char *path) {
  struct sockaddr_un address;
  const int unusable = address_of(path, &address);
  if (unusable != 0) return unusable;
  const int fd = socket(AF_UNIX, socket_type, 0);
  if (fd < 0) return -errno;
  int result = 0;
  struct ucred peer = {.pid = 0};
  socklen_t size = sizeof peer;
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    /* A full backlog has a listener. */
    result = errno == EAGAIN || errno == EINPROGRESS ? 0 : -errno;
  } else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) {
    result = peer.pid;
  }
  close(fd);
  return result;
}

bool core_unix_socket_is_live(const char *path) { return core_unix_listener(path) >= 0; }

int core_listening_address(int fd, struct listening_address *address) {
  union {
    struct sockaddr any;
    struct sockaddr_un local;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
  } name;
  int listens = 0, type = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) return -errno;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return -errno;
  if (!listens || type != SOCK_STREAM) return -EINVAL;
  memset(&name, 0, sizeof name);
  size = sizeof name;
  if (getsockname(fd, &name.any, &size) != 0) return -errno;
  memset(address, 0, sizeof *address);
  address->port = -1;
  switch (name.any.sa_family) {
    case AF_UNIX:
      memcpy(address->path, name.local.sun_path, sizeof name.local.sun_path);
      return 0;
    case AF_INET:
      address->port = ntohs(name.four.sin_port);
      inet_ntop(AF_INET, &name.four.sin_addr, address->host, sizeof address->host);
      return 0;
    case AF_INET6:
      address->port = ntohs(name.six.sin6_port);
      inet_ntop(AF_INET6, &name.six.sin6_addr, address->host, sizeof address->host);
      return 0;
    default:
      return -EAFNOSUPPORT;
  }
}

int core_connect_datagram(const char *path) {
  struct sockaddr_un address;
  const int unusable = address_of(path, &address);
  if (unusable != 0) return unusable;
  socklen_t size = sizeof address;
  if (path[0] == '@') {
    /* An abstract name begins with NUL, and every byte of the size counts. */
    address.sun_path[0] = '\0';
    size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  }
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  if (connect(fd, (const struct sockaddr *)&address, size) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

int core_bind_datagram(const char *path, mode_t mode) {
  struct sockaddr_un address;
  const int unusable = address_of(path, &address);
  if (unusable != 0) return unusable;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  const int on = 1;
  int error = setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 ? 0 : errno;
  if (error == 0) error = bind_unix(fd, &address, mode);
  if (error == 0) return fd;
  close(fd);
  return -error;
}

static void close_received(const struct cmsghdr *control) {
  const size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count; i++) {
    int fd;
    memcpy(&fd, CMSG_DATA(control) + i * sizeof fd, sizeof fd);
    close(fd);
  }
}

ssize_t core_receive_datagram(int fd, void *bytes, size_t capacity, struct datagram_sender *sender) {
  _Alignas(struct cmsghdr) char controls[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(16 * sizeof(int))];
  struct iovec buffer = {.iov_base = bytes, .iov_len = capacity};
  struct msghdr message = {
      .msg_iov = &buffer, .msg_iovlen = 1, .msg_control = controls, .msg_controllen = sizeof controls};
  ssize_t length;
  do {
    length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  } while (length < 0 && errno == EINTR);
  if (length < 0) return -errno;
  sender->pid = 0;
  sender->uid = (uid_t)-1;
  for (struct cmsghdr *control = CMSG_FIRSTHDR(&message); control; control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level != SOL_SOCKET) continue;
    if (control->cmsg_type == SCM_RIGHTS) close_received(control);
    if (control->cmsg_type == SCM_CREDENTIALS) {
      struct ucred credentials;
      memcpy(&credentials, CMSG_DATA(control), sizeof credentials);
      sender->pid = credentials.pid;
      sender->uid = credentials.uid;
    }
  }
  return length;
}

static int listen_at(const struct addrinfo *at, int backlog) {
  const int fd = socket(at->ai_family, socket_type, at->ai_protocol);
  if (fd < 0) return -errno;
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, backlog) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

static int resolve(const char *host, int port, int family, struct addrinfo **list) {
  char service[16];
  snprintf(service, sizeof service, "%d", port);
  const struct addrinfo hints = {
      .ai_family = family,
      .ai_socktype = SOCK_STREAM,
      .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
  };
  return getaddrinfo(*host ? host : NULL, service, &hints, list);
}

int core_listen_inet(const char *host, int port, int backlog, int *resolver) {
  struct addrinfo *list = NULL;
  *resolver = resolve(host, port, AF_INET, &list);
  /* IPv4 first: a name that has both, as localhost, means what it means to the reference. */
  if (*resolver != 0 && resolve(host, port, AF_INET6, &list) == 0) *resolver = 0;
  if (*resolver != 0) return *resolver == EAI_SYSTEM ? -errno : -EINVAL;

  int result = -EADDRNOTAVAIL;
  for (const struct addrinfo *at = list; at; at = at->ai_next) {
    result = listen_at(at, backlog);
    if (result >= 0) break;
  }
  freeaddrinfo(list);
  return result;
}

int core_set_prompt(int fd) {
  const int on = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return -errno;
  return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0 ? 0 : -errno;
}

int core_accept(int fd) {
  int accepted;
  /* A client that has closed its connection already is skipped. */
  do {
    accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  } while (accepted < 0 && (errno == EINTR || errno == ECONNABORTED));
  return accepted < 0 ? -errno : accepted;
}

int core_shutdown_writing(int fd) { return shutdown(fd, SHUT_WR) == 0 ? 0 : -errno; }
