#!/bin/sh
# Becomes the command of the container: the daemon is process 1, and gets the signals.
set -eu

# Flags are for the daemon: docker run IMAGE -e debug
case "${1-}" in
-*) set -- supervisord -n -c /etc/supervisord.conf "$@" ;;
esac

exec "$@"
