/**
 * The configuration files that every subject gets.
 *
 * @module
 */
import { join } from 'node:path';

export interface ProgramSettings {
  readonly command: string;
  readonly autostart?: boolean;
  readonly startsecs: number;
}

export interface Settings {
  readonly programs: Readonly<Record<string, ProgramSettings>>;
  /** The reference's default, 1024, if not given. */
  readonly minfds?: number;
  /** Sections of other kinds, as text. */
  readonly sections?: string;
}

/** The usual program of a case: it starts fast, does nothing, and does not end. */
export const SLEEPER: ProgramSettings = { command: '/bin/sleep 600', startsecs: 0 };

/** A number of sleepers, each a program of its own, in the order of their names; only the first `running` start. */
export function sleepers(count: number, running = count): Record<string, ProgramSettings> {
  const width = String(count).length;
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `sleeper-${String(index).padStart(width, '0')}`,
      index < running ? SLEEPER : { ...SLEEPER, autostart: false },
    ]),
  );
}

/** The path of the unix socket that the daemon in this folder serves. */
export function socketPath(dir: string): string {
  return join(dir, 's.sock');
}

/** A whole file: one unix socket, logs below `dir`, and the programs; other keys have their defaults. */
export function configuration(dir: string, { programs, minfds = 1024, sections = '' }: Settings): string {
  return `[unix_http_server]
file=${socketPath(dir)}

[supervisord]
logfile=${dir}/main.log
pidfile=${dir}/supervisord.pid
childlogdir=${dir}/logs
minfds=${minfds}

[supervisorctl]
serverurl=unix://${socketPath(dir)}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${Object.entries(programs)
  .map(([name, settings]) => section(name, settings))
  .join('')}${sections}`;
}

function section(name: string, { command, autostart = true, startsecs }: ProgramSettings): string {
  return `
[program:${name}]
command=${command}
autostart=${autostart}
autorestart=true
startsecs=${startsecs}
`;
}
