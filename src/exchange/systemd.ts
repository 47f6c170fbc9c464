/**
 * Imports service units of systemd.
 *
 * @module
 */
import { PROGRAM_OPTIONS } from '../config/tables/program-options.ts';
import { secondsText, wholeSecondsText } from './duration.ts';
import { ImportError, type SourceFile } from './format.ts';
import { commandOf, type ImportedProgram, ProgramDraft, quoteWord, sectionName } from './program.ts';
import { carryLimit } from './systemd-limits.ts';
import { readUnit, type Unit } from './systemd-unit.ts';
import { readSystemdWords } from './systemd-words.ts';

/** What the keys of one unit are carried over with. */
interface Carrying {
  readonly draft: ProgramDraft;
  readonly unit: Unit;
  /** Names of the programs of this import, by unit. */
  readonly programs: ReadonlyMap<string, string>;
}

type Carry = (values: readonly string[], carrying: Carrying) => void;

/** @throws ImportError for a file without a service */
export function importUnits(files: readonly SourceFile[]): readonly ImportedProgram[] {
  const units = files.map(({ path, text }) => ({ path, unit: readUnit(text), name: unitName(path) }));
  const programs = new Map(units.map(({ name }) => [name, sectionName(name.replace(/\.service$/, ''))]));
  return units.map(({ path, unit, name }) => {
    if (unit.get('Service')?.get('ExecStart') === undefined) {
      throw new ImportError(path, 'has no ExecStart in a section [Service]');
    }
    const draft = new ProgramDraft(programs.get(name) ?? name);
    return programOf({ draft, unit, programs });
  });
}

function unitName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function programOf(carrying: Carrying): ImportedProgram {
  const { draft, unit } = carrying;
  draft.set('autorestart', false);
  draft.set('startsecs', 0);
  draft.set('stopwaitsecs', 90);
  draft.set('stopasgroup', true);
  draft.set('killasgroup', true);
  for (const [section, keys] of unit) {
    const table = CARRIED[section] ?? {};
    for (const [key, values] of keys) {
      const carry = table[key];
      if (values.length === 0) {
        continue;
      }
      if (carry !== undefined) {
        carry(values, carrying);
      } else if (!(section === 'Service' && carryLimit(draft, key, values)) && !WITHOUT_EFFECT.has(key)) {
        draft.note(`${key}=${values.join(' ')} has no counterpart`);
      }
    }
  }
  addDependencies(carrying);
  return draft.finish();
}

/** Keys that concern systemd itself. */
const WITHOUT_EFFECT = new Set([
  ...['Description', 'Documentation', 'WantedBy', 'RequiredBy', 'Alias', 'Also', 'SourcePath'],
  ...['Before', 'DefaultDependencies', 'SyslogIdentifier', 'GuessMainPID', 'IgnoreSIGPIPE'],
]);

const RESTARTS: Readonly<Record<string, string>> = {
  no: 'false',
  always: 'true',
  'on-failure': 'unexpected',
  'on-abnormal': 'unexpected',
  'on-abort': 'unexpected',
  'on-watchdog': 'unexpected',
  'on-success': 'true',
};

const UNIT_KEYS: Readonly<Record<string, Carry>> = {
  After: () => {},
  Requires: () => {},
  Wants: () => {},
  BindsTo: () => {},
  Requisite: () => {},
  PartOf: (values, { draft, programs }) => {
    for (const name of units(values)) {
      const program = programs.get(name);
      if (program !== undefined) draft.add('part_of', program);
      else if (!name.endsWith('.target')) draft.note(`PartOf=${name} is not imported`);
    }
  },
  StartLimitBurst: (values, { draft, unit }) => {
    const interval = unit.get('Unit')?.get('StartLimitIntervalSec')?.at(-1);
    if (interval !== '0') draft.set('restart_limit_count', last(values));
  },
  // 0 turns the limit off.
  StartLimitIntervalSec: (values, { draft }) => {
    if (last(values) !== '0') {
      time(draft, 'StartLimitIntervalSec', values, 'restart_limit_interval', secondsText);
    }
  },
};

const SERVICE_KEYS: Readonly<Record<string, Carry>> = {
  Type: (values, { draft }) => {
    const type = last(values);
    if (type === 'oneshot') draft.set('type', 'oneshot');
    else if (type === 'notify' || type === 'notify-reload') draft.set('readiness_check_script', 'notify');
    else if (type === 'forking') draft.note('Type=forking: the command must stay in the foreground');
    else if (type === 'dbus') draft.note('Type=dbus has no counterpart; use readiness_check_script');
  },
  ExecStart: (values, { draft }) => {
    const lines = values.map((value) => execLine(draft, 'ExecStart', value));
    if (lines.length === 1 && lines[0] !== undefined) draft.set('command', lines[0].command);
    else draft.set('command', `/bin/sh -c ${quoteWord(lines.map(({ command }) => command).join(' && '))}`);
  },
  ExecStartPre: (values, { draft }) => hook(draft, 'ExecStartPre', values, 'pre_start_hook'),
  ExecStartPost: (values, { draft }) => hook(draft, 'ExecStartPost', values, 'post_start_hook'),
  ExecStop: (values, { draft }) => hook(draft, 'ExecStop', values, 'stop_command'),
  ExecStopPost: (values, { draft }) => hook(draft, 'ExecStopPost', values, 'post_stop_hook'),
  ExecReload: (values, { draft }) => {
    const [, signal] = /^\S*kill -(?:s )?(?:SIG)?([A-Z]+\d*) \$\{?MAINPID\}?$/.exec(last(values)) ?? [];
    if (signal !== undefined && 'reload_signal' in PROGRAM_OPTIONS) draft.set('reload_signal', signal);
    else draft.note(`ExecReload=${last(values)} has no counterpart`);
  },
  Restart: (values, { draft }) => {
    const word = last(values);
    draft.set('autorestart', RESTARTS[word] ?? 'unexpected');
    if (!['no', 'always', 'on-failure'].includes(word)) {
      draft.note(
        `Restart=${word}: the process is restarted after ${word === 'on-success' ? 'every' : 'each unexpected'} exit`,
      );
    }
    if (word !== 'no') draft.set('startretries', -1);
  },
  RestartForceExitStatus: (values, { draft }) => {
    // An end by a signal is unexpected for the daemon.
    const others = values
      .flatMap((value) => value.split(/\s+/))
      .filter((word) => !/^(SIG)?[A-Z]+\d*$/.test(word));
    if (others.length > 0) draft.note(`RestartForceExitStatus=${others.join(' ')} has no counterpart`);
  },
  RestartSec: (values, { draft }) => time(draft, 'RestartSec', values, 'restartpause', secondsText),
  SuccessExitStatus: (values, { draft }) => {
    const words = values.flatMap((value) => value.split(/\s+/));
    const codes = words.filter((word) => /^\d+$/.test(word));
    draft.set('exitcodes', ['0', ...codes.filter((code) => code !== '0')].join(','));
    for (const word of words.filter((one) => !/^\d+$/.test(one))) {
      draft.note(`SuccessExitStatus=${word}: exitcodes takes numbers only`);
    }
  },
  TimeoutStopSec: (values, { draft }) =>
    time(draft, 'TimeoutStopSec', values, 'stopwaitsecs', wholeSecondsText),
  TimeoutStartSec: (values, { draft }) => {
    if (last(values) !== 'infinity') time(draft, 'TimeoutStartSec', values, 'readiness_timeout', secondsText);
  },
  TimeoutSec: (values, { draft }) => time(draft, 'TimeoutSec', values, 'stopwaitsecs', wholeSecondsText),
  WatchdogSec: (values, { draft }) => time(draft, 'WatchdogSec', values, 'watchdog_sec', secondsText),
  KillSignal: (values, { draft }) => draft.set('stopsignal', last(values).replace(/^SIG/, '')),
  KillMode: (values, { draft }) => {
    draft.set('stopasgroup', last(values) === 'control-group');
    draft.set('killasgroup', ['control-group', 'mixed'].includes(last(values)));
  },
  SendSIGKILL: (values, { draft }) => {
    if (/^(no|false|off|0)$/i.test(last(values)))
      draft.note('SendSIGKILL=no: SIGKILL follows after stopwaitsecs');
  },
  User: (values, { draft }) => draft.set('user', last(values)),
  Group: (values, { draft }) => draft.set('group', last(values)),
  WorkingDirectory: (values, { draft }) => {
    const folder = last(values).replace(/^-/, '');
    if (folder === '~') draft.note('WorkingDirectory=~: set directory= to the home of the user');
    else draft.set('directory', specifiers(draft, folder));
  },
  UMask: (values, { draft }) => draft.set('umask', last(values)),
  Environment: (values, { draft }) => {
    for (const assignment of values.flatMap(readSystemdWords)) {
      const equals = assignment.indexOf('=');
      if (equals > 0)
        draft.variable(assignment.slice(0, equals), specifiers(draft, assignment.slice(equals + 1)));
    }
  },
  EnvironmentFile: (values, { draft }) => {
    for (const path of values) draft.add('env_files', specifiers(draft, path));
  },
  StandardOutput: (values, { draft }) => output(draft, 'StandardOutput', 'stdout', last(values)),
  StandardError: (values, { draft }) => output(draft, 'StandardError', 'stderr', last(values)),
  RemainAfterExit: (values, { draft }) => {
    if (/^(yes|true|on|1)$/i.test(last(values))) {
      draft.note(
        'RemainAfterExit: a finished oneshot program is EXITED; programs that depend on it wait for completed',
      );
    }
  },
  PIDFile: (_, { draft }) =>
    draft.note('PIDFile has no counterpart: the command must stay in the foreground'),
};

const CARRIED: Readonly<Record<string, Readonly<Record<string, Carry>>>> = {
  Unit: UNIT_KEYS,
  // Older units have these keys here.
  Service: { ...SERVICE_KEYS, StartLimitBurst: UNIT_KEYS.StartLimitBurst as Carry },
  Install: {},
};

/** A unit that must run and come first is a dependency; one that only comes first, or only must run, is not. */
function addDependencies({ draft, unit, programs }: Carrying): void {
  const keys = unit.get('Unit');
  const after = new Set(units(keys?.get('After') ?? []));
  const needed = ['Requires', 'BindsTo', 'Requisite', 'Wants'].flatMap((key) => units(keys?.get(key) ?? []));
  for (const name of needed) {
    const program = programs.get(name);
    if (program !== undefined && after.has(name)) draft.add('depends_on', program);
    else if (program !== undefined)
      draft.note(`${name} is needed, but not After= it: both are started at once`);
    else if (!name.endsWith('.target')) draft.note(`${name} is not imported; start it before the daemon`);
  }
  for (const name of after) {
    const program = programs.get(name);
    if (program !== undefined && !needed.includes(name)) draft.add('depends_on', `${program}:started`);
  }
  for (const name of units(keys?.get('BindsTo') ?? [])) {
    const program = programs.get(name);
    if (program !== undefined) draft.add('part_of', program);
  }
}

function units(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(/\s+/)).filter((name) => name !== '');
}

interface ExecLine {
  readonly command: string;
  /** A leading `-`. */
  readonly isIgnored: boolean;
}

function execLine(draft: ProgramDraft, key: string, value: string): ExecLine {
  const [, prefix = '', line = ''] = /^([-@:+!|]*)(.*)$/s.exec(value) ?? [];
  if (/[@+!]/.test(prefix)) {
    draft.note(`${key}: the prefix ${prefix} has no counterpart`);
  }
  const text = specifiers(draft, line);
  const usesVariables = /\$\{?[A-Za-z_]/.test(text.replaceAll('$$', '')) && !prefix.includes(':');
  const literal = text.replaceAll('$$', '$');
  const inShell = text.replaceAll('$$', '\\$');
  return {
    command: usesVariables
      ? `/bin/sh -c ${quoteWord(`exec ${inShell}`)}`
      : literal.includes('\\')
        ? commandOf(readSystemdWords(literal))
        : literal,
    isIgnored: prefix.includes('-'),
  };
}

function hook(draft: ProgramDraft, key: string, values: readonly string[], ourKey: string): void {
  const lines = values.map((value) => execLine(draft, key, value));
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) {
    const text =
      ourKey === 'stop_command' ? only.command.replaceAll('MAINPID', 'SUPERVISOR_PID') : only.command;
    // The result of the other hooks changes nothing.
    draft.set(ourKey, only.isIgnored && ourKey === 'pre_start_hook' ? `-${text}` : text);
    return;
  }
  const script = lines
    .map(({ command, isIgnored }) => (isIgnored ? `{ ${command} || true; }` : command))
    .join(' && ');
  draft.set(ourKey, `/bin/sh -c ${quoteWord(script)}`);
}

/** `%%` is a percent sign; all other specifiers are reported, as they depend on systemd. */
function specifiers(draft: ProgramDraft, text: string): string {
  return text.replace(/%(.)/g, (whole, letter: string) => {
    if (letter !== '%') draft.note(`the specifier ${whole} is not expanded`);
    return letter === '%' ? '%' : whole;
  });
}

function output(draft: ProgramDraft, key: string, channel: 'stdout' | 'stderr', value: string): void {
  const [, path] = /^(?:file|append|truncate):(.*)$/.exec(value) ?? [];
  if (path !== undefined) draft.set(`${channel}_logfile`, specifiers(draft, path));
  else if (value === 'null') draft.set(`${channel}_logfile`, 'NONE');
  else if (/^(syslog|journal)/.test(value)) draft.set(`${channel}_syslog`, true);
  else if (value === 'inherit' && channel === 'stderr') draft.set('redirect_stderr', true);
  else if (value !== 'inherit') draft.note(`${key}=${value} has no counterpart`);
}

function time(
  draft: ProgramDraft,
  key: string,
  values: readonly string[],
  ourKey: string,
  write: (seconds: number) => string,
): void {
  draft.setTime(ourKey, last(values), { write, otherwise: `${key}=${last(values)} is not carried over` });
}

function last(values: readonly string[]): string {
  return values.at(-1) ?? '';
}
