/**
 * The script for System V init, with the header and the exit codes of the Linux Standard Base.
 *
 * @module
 */
import type { ServiceFile, ServiceSettings } from './settings.ts';
import { FUNCTIONS, quoted, variables } from './shell.ts';

export function sysvScript(settings: ServiceSettings): ServiceFile {
  const { name } = settings;
  const text = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          ${name}
# Required-Start:    $remote_fs $network $named
# Required-Stop:     $remote_fs $network $named
# Should-Start:      $syslog
# Should-Stop:       $syslog
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Process supervisor visord
# Description:       Starts and stops the supervisor and the programs of its configuration.
### END INIT INFO

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${variables(settings)}defaults=${quoted(`/etc/default/${name}`)}

# Further options of the daemon.
DAEMON_OPTS=
# shellcheck source=/dev/null
[ ! -r "$defaults" ] || . "$defaults"

${FUNCTIONS}
# NAME ACTION...
act() {
  printf '%s: ' "$1"
  shift
  if "$@"; then
    echo 'done'
  else
    echo failed
    exit 1
  fi
}

if [ ! -x "$supervisord" ]; then
  case \${1-} in
    stop | status) ;;
    *) echo "$supervisord is not installed" >&2; exit 5 ;;
  esac
fi

case \${1-} in
  start)
    if running; then
      echo "${name} runs already (pid $pid)"
    else
      act 'Starting ${name}' start_daemon
    fi
    ;;
  stop)
    act 'Stopping ${name}' stop_daemon
    ;;
  restart)
    act 'Stopping ${name}' stop_daemon
    act 'Starting ${name}' start_daemon
    ;;
  try-restart)
    if running; then
      act 'Stopping ${name}' stop_daemon
      act 'Starting ${name}' start_daemon
    fi
    ;;
  reload | force-reload)
    running || { echo '${name} does not run' >&2; exit 7; }
    act 'Applying the configuration of ${name}' reload_daemon
    ;;
  upgrade)
    running || { echo '${name} does not run' >&2; exit 7; }
    act 'Upgrading ${name}' upgrade_daemon
    ;;
  status)
    if running; then
      echo "${name} runs (pid $pid)"
    elif [ -e "$pidfile" ]; then
      echo '${name} does not run, and has left its pidfile'
      exit 1
    else
      echo '${name} does not run'
      exit 3
    fi
    ;;
  *)
    echo "Usage: $0 {start|stop|restart|try-restart|reload|force-reload|upgrade|status}" >&2
    exit 2
    ;;
esac
`;
  return { path: `/etc/init.d/${name}`, text, mode: 0o755 };
}
