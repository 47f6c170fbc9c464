/**
 * The file for logrotate: it rotates the logs that the daemon does not.
 *
 * @module
 */
import type { ServiceFile, ServiceSettings } from './settings.ts';
import { quoted } from './shell.ts';

/** Null where the daemon rotates all of its logs. A log that both rotated would be cut twice. */
export function logrotateFile({ name, pidfile, unrotatedLogs }: ServiceSettings): ServiceFile | null {
  if (unrotatedLogs.length === 0) {
    return null;
  }
  const text = `# Logs whose size the configuration does not limit (logfile_maxbytes = 0). The daemon opens them anew on SIGUSR2.
${unrotatedLogs.map(pattern).join('\n')}
{
	weekly
	rotate 10
	compress
	delaycompress
	missingok
	notifempty
	sharedscripts
	postrotate
		[ ! -r ${quoted(pidfile)} ] || kill -USR2 "$(cat ${quoted(pidfile)})"
	endscript
}
`;
  return { path: `/etc/logrotate.d/${name}`, text, mode: 0o644 };
}

/** In quotes, with what logrotate would read as a pattern marked. Source: logrotate(8), glob(7). */
function pattern(path: string): string {
  return `"${path.replace(/[\\*?[\]"]/g, '\\$&')}"`;
}
