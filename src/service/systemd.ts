/**
 * The unit for systemd.
 *
 * @module
 */
import type { ServiceFile, ServiceSettings } from './settings.ts';

/** The unit of this machine's administrator, which replaces one of the same name in /usr/lib. */
export function systemdUnit(settings: ServiceSettings): ServiceFile {
  return {
    path: `/etc/systemd/system/${settings.name}.service`,
    text: systemdUnitText(settings),
    mode: 0o644,
  };
}

export function systemdUnitText({ commands, config }: ServiceSettings): string {
  const supervisord = word(`${commands}/supervisord`);
  const supervisorctl = word(`${commands}/supervisorctl`);
  return `# The daemon reports when it is ready, and keeps its programs when it is killed or upgraded.
[Unit]
Description=visord process supervisor
Documentation=man:supervisord(8) man:supervisord.conf(5)
After=network.target

[Service]
Type=notify
ExecStart=${supervisord} -n -c ${word(config)}
ExecReload=${supervisorctl} -c ${word(config)} update
KillMode=process
Restart=on-failure
RestartSec=2s
TimeoutStopSec=5min
WatchdogSec=1min
OOMPolicy=continue
RuntimeDirectory=visord
RuntimeDirectoryPreserve=yes

[Install]
WantedBy=multi-user.target
`;
}

/** A word of a command line, with quotes where it needs them. Source: systemd.service(5), systemd.syntax(7). */
function word(text: string): string {
  const literal = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(literal) ? `"${literal.replace(/["\\]/g, '\\$&')}"` : literal;
}
