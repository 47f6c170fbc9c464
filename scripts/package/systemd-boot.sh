#!/bin/sh
# Boots the root file system $1 with systemd as PID 1 of namespaces, and runs the rest of the arguments in it. As root, in a
# mount namespace of its own. Nothing of this machine is touched but for a cgroup, which is removed at the end.
set -eu
system=$1
shift

boot='set -e
system=$1
mount --bind "$system" "$system"
mount -t proc proc "$system/proc"
mount -t sysfs -o ro sys "$system/sys"
mount -t cgroup2 cgroup2 "$system/sys/fs/cgroup"
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$system/$folder"; done
chmod 1777 "$system/tmp"
for name in null zero full random urandom tty; do
  touch "$system/dev/$name"
  mount --bind "/dev/$name" "$system/dev/$name"
done
mkdir -m 1777 "$system/dev/shm"
ln -s /proc/self/fd "$system/dev/fd"
ln -s fd/0 "$system/dev/stdin"
ln -s fd/1 "$system/dev/stdout"
ln -s fd/2 "$system/dev/stderr"
: > "$system/dev/console"
exec chroot "$system" /usr/bin/env -i container=visord PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd'

hierarchy=$(mktemp -d)
mount -t cgroup2 cgroup2 "$hierarchy"
own=$hierarchy/visord-package-$$
mkdir "$own"
ln -sf /dev/null "$system/etc/systemd/system/console-getty.service"

sh -c 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"' sh "$own" \
  unshare --mount --propagation private --pid --ipc --uts --cgroup --fork --kill-child sh -c "$boot" sh "$system" &
holder=$!

end() {
  kill -KILL "$holder" 2>/dev/null || true
  wait "$holder" || true
  while [ -n "$(find "$own" -name cgroup.procs -exec cat {} +)" ]; do sleep 0.1; done
  find "$own" -depth -type d -exec rmdir {} \;
  umount "$hierarchy"
  rmdir "$hierarchy"
}
trap end EXIT

inside() {
  first=$(cat "/proc/$holder/task/$holder/children")
  nsenter --target "${first% }" --mount --pid --ipc --uts --cgroup --root --wd \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

for _ in $(seq 600); do
  if inside systemctl is-active --quiet multi-user.target 2>/dev/null; then
    inside "$@"
    exit
  fi
  sleep 0.2
done
echo 'FAILED: systemd has not reached multi-user.target' >&2
exit 1
