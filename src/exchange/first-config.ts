/**
 * A first configuration, with comments, for `visord init`.
 *
 * @module
 */
import { writeDialect } from '../config/dump/write-dialect.ts';
import { EMPTY_EXPANSION } from '../config/dump/written-keys.ts';
import { PROGRAM_OPTIONS } from '../config/tables/program-options.ts';
import { rowOf } from '../config/tables/record.ts';
import { escapeExpansion } from '../config/text/partial-expansion.ts';
import { needsShell, shellCommand } from './program.ts';

export interface FirstConfig {
  /** Name of the program. */
  readonly name: string;
  /** As a shell takes it. */
  readonly command: string;
  /** Folder of the logs, `%(here)s` or a path without `%`. */
  readonly logs: string;
  /** Folder of the socket and the pidfile, as `logs`. */
  readonly runtime: string;
}

/** Whether a name can be that of a section, in all places that use it. */
export function isProgramName(name: string): boolean {
  return /^[\w.-]+$/.test(name);
}

export function firstConfig({ name, command, logs, runtime }: FirstConfig): string {
  const path = (folder: string, file: string): string => `${folder}/${file}`;
  const section = (of: string, keys: Readonly<Record<string, string>>): string =>
    writeDialect([
      { name: of, keys: Object.entries(keys).map(([key, text]) => ({ key, text })), guard: EMPTY_EXPANSION },
    ]);
  const socket = path(runtime, 'supervisor.sock');
  const line = needsShell(command) ? shellCommand(command) : command;
  return [
    `; Configuration of visord: see supervisord.conf(5), and 'visord check' for mistakes in it.
; 'supervisorctl update' applies changes; only programs that differ restart.
`,
    '; The socket for supervisorctl.',
    section('unix_http_server', { file: socket, chmod: '0700' }),
    '; The daemon: its log, which rotates at 50 MB, and its pid.',
    section('supervisord', {
      logfile: path(logs, 'supervisord.log'),
      pidfile: path(runtime, 'supervisord.pid'),
      childlogdir: logs,
    }),
    '; Both are needed by supervisorctl.',
    section('rpcinterface:supervisor', {
      'supervisor.rpcinterface_factory': 'supervisor.rpcinterface:make_main_rpcinterface',
    }),
    section('supervisorctl', { serverurl: `unix://${socket}` }),
    '; A program. It starts with the daemon, and again when it fails.',
    section(`program:${name}`, {
      command: escapeExpansion(line, rowOf(PROGRAM_OPTIONS, 'command').row.expansion.length),
      redirect_stderr: 'true',
      stdout_logfile: path(logs, `${name}.log`),
    }),
    `; More keys for it:
; user = www-data               another user
; directory = /srv/${name}
; environment = KEY="value"
; autorestart = true            also after exit code 0
; stopwaitsecs = 10             time to stop before SIGKILL
; stopasgroup = true            for a shell or a program that starts others
; startsecs = 5                time that it must stay up to be RUNNING
`,
  ].join('\n');
}
