#!/bin/sh
# Stands in for the launcher where npm ran no install scripts, and executes the one for this machine.
command=$(readlink -f -- "$0") || exit 127
package=${command%/dist/bin/*}
case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) machine=$(uname -m) ;;
esac
launcher=$package/prebuilds/linux-$machine/launcher
if [ ! -x "$launcher" ]; then
  echo "Error: visord has no built launcher for linux $machine; run 'npm rebuild visord', which needs a C compiler" >&2
  exit 127
fi
exec "$launcher" "$0" "$command" "$@"
