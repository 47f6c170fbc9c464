#!/bin/sh
# Stands in for the launcher where npm ran no install scripts, and executes the one for this machine.
# The PATH of the caller stays as it is for the command; it may be empty.
tools=${PATH:+$PATH:}/usr/bin:/bin
command=$(PATH=$tools readlink -f -- "$0") || exit 127
package=${command%/dist/bin/*}
name=$(PATH=$tools uname -m)
case $name in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) machine=$name ;;
esac
launcher=$package/prebuilds/linux-$machine/launcher
if [ ! -x "$launcher" ]; then
  echo "Error: visord has no built launcher for linux $machine; 'npm run install' in $package builds it, and needs a C compiler" >&2
  exit 127
fi
exec "$launcher" "$0" "$command" "$@"
