/**
 * What the init scripts have in common: variables and functions of a POSIX shell.
 *
 * @module
 */
import type { ServiceSettings } from './settings.ts';

/** Longest time that a script waits for the end of the daemon, in seconds. */
const STOP_SECONDS = 300;

/** A word of a shell. */
export function quoted(text: string): string {
  return /^[\w/.:+@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function variables({ commands, config, pidfile }: ServiceSettings): string {
  return `supervisord=${quoted(`${commands}/supervisord`)}
supervisorctl=${quoted(`${commands}/supervisorctl`)}
config=${quoted(config)}
pidfile=${quoted(pidfile)}
`;
}

/** `running` sets `pid`; the other functions return their success. */
export const FUNCTIONS = `is_daemon() {
  [ -r "/proc/$1/cmdline" ] &&
    tr '\\0' '\\n' 2>/dev/null < "/proc/$1/cmdline" | grep -q '/supervisord\\(\\.cjs\\)*$'
}

# A pidfile may be left of an earlier boot, with the pid of another process.
running() {
  pid=
  [ -r "$pidfile" ] && read -r pid 2>/dev/null < "$pidfile"
  [ -n "$pid" ] && is_daemon "$pid"
}

# The command returns when the daemon takes requests, or prints why it cannot.
start_daemon() {
  # shellcheck disable=SC2086 # several options
  "$supervisord" -c "$config" -j "$pidfile" $DAEMON_OPTS
}

# The daemon stops its programs in order, each within its stopwaitsecs. It is not killed: its programs would go on.
stop_daemon() {
  running || return 0
  kill -TERM "$pid"
  waited=0
  # Its pidfile is removed a moment before it ends.
  while is_daemon "$pid"; do
    [ "$waited" -lt ${STOP_SECONDS} ] || return 1
    sleep 1
    waited=$((waited + 1))
  done
}

# Applies a changed configuration; only programs that differ restart.
reload_daemon() {
  running && "$supervisorctl" -c "$config" update
}

# The installed version goes on in the same process, and no program restarts.
upgrade_daemon() {
  running && "$supervisorctl" -c "$config" upgrade
}
`;
