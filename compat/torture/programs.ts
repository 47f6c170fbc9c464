/**
 * The programs of a torture, as rows: what each is for, its keys, and what must be true of it when nothing happens.
 *
 * @module
 */
import { join } from 'node:path';
import { findCommand } from '../harness/needs.ts';

/** A user id without a name, for this run alone: limits of a user count nothing else. */
export const STRANGER = 60_000 + (process.pid % 5000);

export interface TortureProgram {
  readonly name: string;
  readonly group: string;
  /** The mode of the worker, and the pause between two lines, in seconds. */
  readonly mode: string;
  readonly pause?: number;
  /** Runs at rest; else it is down, and is started by faults only. */
  readonly isUp: boolean;
  readonly isListener: boolean;
  /**
   * `exact`: every line is in its log once and in order. `frail`: the log is in a folder that faults spoil, where lines
   * may be missing. `none`: it writes no numbered lines.
   */
  readonly log: 'exact' | 'frail' | 'none';
  /** Where the log is, relative to the folder; `logs/NAME.log` if left out. */
  readonly logFile?: string;
}

interface Row extends Partial<Omit<TortureProgram, 'name'>> {
  readonly section?: 'program' | 'eventlistener' | 'fcgi-program';
  readonly name: string;
  readonly mode: string;
  readonly keys?: string;
  /** More than one process, named NAME_0, NAME_1, … in the group NAME. */
  readonly processes?: number;
  /** Runs as this user where the daemon is root. */
  readonly user?: string;
}

const ROWS: readonly Row[] = [
  { name: 'plain', mode: 'count', pause: 0.02, processes: 3 },
  { name: 'fast', mode: 'count', pause: 0.004 },
  {
    name: 'rotating',
    mode: 'count',
    pause: 0.008,
    keys: 'stdout_logfile_maxbytes=2KB\nstdout_logfile_backups=200',
  },
  { name: 'unended', mode: 'unended', pause: 0.02 },
  { name: 'frail', mode: 'count', pause: 0.02, log: 'frail', logFile: 'frail/frail.log' },
  { name: 'small-disk', mode: 'count', pause: 0.005, log: 'frail', logFile: 'disk/small.log' },
  { name: 'other-user', mode: 'count', pause: 0.02, user: 'nobody' },
  { name: 'steady', mode: 'stay', processes: 6 },
  { name: 'whole-group', mode: 'stay', keys: 'stopasgroup=true\nkillasgroup=true' },
  { name: 'closed', mode: 'closed' },
  { name: 'deaf', mode: 'deaf', keys: 'stopwaitsecs=1' },
  { name: 'mended', mode: 'stay', keys: 'startretries=2' },
  { name: 'brief', mode: 'exit', isUp: false, keys: 'autorestart=false' },
  { name: 'looping', mode: 'exit', isUp: false, keys: 'autorestart=true' },
  { name: 'failing', mode: 'fail', isUp: false, keys: 'startsecs=1\nstartretries=1' },
  { name: 'leaving', mode: 'leave', isUp: false, keys: 'autorestart=false' },
  {
    section: 'eventlistener',
    name: 'ear',
    mode: 'listen',
    keys: 'events=REMOTE_COMMUNICATION\nbuffer_size=10000',
  },
  {
    section: 'fcgi-program',
    name: 'site',
    mode: 'stay',
    processes: 2,
    keys: 'socket=unix://%(here)s/site.sock',
  },
];

/** Every process of the configuration. */
export const PROGRAMS: readonly TortureProgram[] = ROWS.flatMap((row) =>
  row.processes === undefined
    ? [programOf(row, row.name, row.name)]
    : Array.from({ length: row.processes }, (_, number) => programOf(row, `${row.name}_${number}`, row.name)),
);

function programOf(row: Row, name: string, group: string): TortureProgram {
  const { mode, pause, isUp = true, section, logFile } = row;
  const log = row.log ?? (mode === 'count' || mode === 'unended' ? 'exact' : 'none');
  return { name, group, mode, pause, isUp, isListener: section === 'eventlistener', log, logFile };
}

/** Its name in the daemon: `GROUP:NAME`. */
export function fullName({ group, name }: TortureProgram): string {
  return `${group}:${name}`;
}

/** The path of its log in the folder. */
export function logPath(dir: string, { name, logFile = `logs/${name}.log` }: TortureProgram): string {
  return join(dir, logFile);
}

/** @throws Error where there is no Perl */
export function perlCommand(): string {
  const perl = findCommand('perl');
  if (perl === null) throw new Error('a torture needs perl');
  return perl;
}

/** The text of the configuration file. @param isRoot whether the daemon may become another user */
export function configuration(dir: string, isRoot: boolean): string {
  const perl = perlCommand();
  const sections = ROWS.map((row) =>
    sectionOf(dir, `${perl} ${join(dir, 'worker.pl')}`, isRoot ? row : { ...row, user: undefined }),
  );
  return `[unix_http_server]
file=${dir}/s.sock

[supervisord]
logfile=${dir}/main.log
logfile_maxbytes=0
pidfile=${dir}/supervisord.pid
childlogdir=${dir}/auto
minfds=64
minprocs=1
environment=LD_PRELOAD=""

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

${sections.join('\n')}`;
}

function sectionOf(dir: string, worker: string, row: Row): string {
  const {
    section = 'program',
    name,
    mode,
    pause = 0,
    processes,
    keys = '',
    isUp = true,
    logFile,
    user,
  } = row;
  const processName = processes === undefined ? name : `${name}_%(process_num)d`;
  const command = name === 'mended' ? join(dir, 'mended') : worker;
  const lines = [
    `command=${command} ${dir} ${processName} ${mode} ${pause}`,
    ...(processes === undefined ? [] : [`numprocs=${processes}`, `process_name=${processName}`]),
    ...[`autostart=${isUp}`, 'startsecs=0', 'stopwaitsecs=5'],
    ...(mode === 'listen' ? [] : ['redirect_stderr=true']),
    ...(['listen', 'stay'].includes(mode)
      ? []
      : [`stdout_logfile=${join(dir, logFile ?? `logs/${processName}.log`)}`]),
    ...(mode === 'listen' ? [] : ['stdout_logfile_maxbytes=0']),
    ...(user === undefined ? [] : [`user=${user}`]),
    ...keys.split('\n').filter((line) => line !== ''),
  ];
  // A key of the row takes the place of the common one.
  const byKey = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
  return `[${section}:${name}]\n${[...byKey.values()].join('\n')}\n`;
}
