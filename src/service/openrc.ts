/**
 * The script for OpenRC.
 *
 * @module
 */
import type { ServiceFile, ServiceSettings } from './settings.ts';
import { FUNCTIONS, variables } from './shell.ts';

/**
 * It has functions of its own for start and stop: those of OpenRC look for a process with the path of the command,
 * which is Node.js, and end it after a while with SIGKILL.
 */
export function openrcScript(settings: ServiceSettings): ServiceFile {
  const { name } = settings;
  const text = `#!/sbin/openrc-run
# shellcheck shell=sh disable=SC2034 # OpenRC reads the variables
description='Process supervisor visord'
extra_started_commands='reload upgrade'
description_reload='Apply a changed configuration; only programs that differ restart'
description_upgrade='Go on as the installed version; no program restarts'

# /etc/conf.d/${name} may set DAEMON_OPTS, further options of the daemon.
${variables(settings)}
depend() {
  need localmount
  use net dns logger
  after bootmisc firewall
}

${FUNCTIONS}
start() {
  ebegin 'Starting ${name}'
  running || start_daemon
  eend $?
}

stop() {
  ebegin 'Stopping ${name}'
  stop_daemon
  eend $?
}

reload() {
  ebegin 'Applying the configuration of ${name}'
  reload_daemon
  eend $?
}

upgrade() {
  ebegin 'Upgrading ${name}'
  upgrade_daemon
  eend $?
}

status() {
  if running; then
    einfo "status: started (pid $pid)"
  else
    einfo 'status: stopped'
    return 3
  fi
}
`;
  return { path: `/etc/init.d/${name}`, text, mode: 0o755 };
}
