#!/bin/sh
# Starts $CHROMIUM without the right to raise its own priority, which it does as root: daemons under test run beside it.
quiet='setpriv --bounding-set=-sys_nice --'
$quiet true 2>/dev/null || quiet=
exec $quiet nice -n "${CHROMIUM_NICE:-0}" "$CHROMIUM" "$@"
