/**
 * Imports the processes of process-compose.
 *
 * @module
 */
import { dirname, resolve } from 'node:path';
import { PROGRAM_OPTIONS } from '../config/tables/program-options.ts';
import type { SourceFile } from './format.ts';
import { type CheckKind, setCheck } from './probe.ts';
import { type ImportedProgram, ProgramDraft, quoteWord, sectionName, shellCommand } from './program.ts';
import { isYamlObject, listOf, objectsOf, readYaml, variablesOf, type YamlObject } from './yaml-file.ts';

/** @throws ImportError */
export function importProcessCompose(file: SourceFile): readonly ImportedProgram[] {
  const content = readYaml(file);
  const folder = dirname(file.path);
  return objectsOf(content.processes).map(([name, process]) => programOf(name, process, content, folder));
}

const WITHOUT_EFFECT = new Set([
  'command',
  'description',
  'namespace',
  'is_tty',
  'is_foreground',
  'log_configuration',
]);

type Carry = (draft: ProgramDraft, value: unknown, folder: string) => void;

const CARRIED: Readonly<Record<string, Carry>> = {
  environment: (draft, value) => setVariables(draft, value),
  env_file: (draft, value, folder) => {
    for (const path of listOf(value)) draft.add('env_files', resolve(folder, String(path)));
  },
  working_dir: (draft, value, folder) => draft.set('directory', resolve(folder, String(value))),
  log_location: (draft, value, folder) => {
    draft.set('stdout_logfile', resolve(folder, String(value)));
    draft.set('redirect_stderr', true);
  },
  disabled: (draft, value) => {
    if (value === true) draft.set('autostart', false);
  },
  replicas: (draft, value) => {
    if (Number(value) > 1) {
      draft.replicate(Number(value));
      draft.numberVariable('PC_REPLICA_NUM');
    }
  },
  depends_on: (draft, value) => {
    for (const [name, { condition }] of objectsOf(value)) {
      draft.add('depends_on', `${sectionName(name)}:${CONDITIONS[String(condition)] ?? 'started'}`);
    }
  },
  availability: (draft, value) => setAvailability(draft, isYamlObject(value) ? value : {}),
  shutdown: (draft, value) => setShutdown(draft, isYamlObject(value) ? value : {}),
  readiness_probe: (draft, value) => setProbe(draft, 'readiness', value),
  liveness_probe: (draft, value) => setProbe(draft, 'liveness', value),
  ready_log_line: (draft, value) => {
    draft.set('readiness_check_script', `log:${String(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`);
  },
  schedule: (draft, value) => {
    const { cron, timezone } = isYamlObject(value) ? value : {};
    if (cron !== undefined && 'cron' in PROGRAM_OPTIONS) {
      draft.set('cron', String(cron));
      if (timezone !== undefined) draft.set('timezone', String(timezone));
    } else {
      draft.note('schedule has no counterpart');
    }
  },
  is_daemon: (draft, value) => {
    if (value === true) draft.note('is_daemon: the command must stay in the foreground');
  },
};

const CONDITIONS: Readonly<Record<string, string>> = {
  process_started: 'started',
  process_healthy: 'running',
  process_log_ready: 'running',
  process_completed: 'exited',
  process_completed_successfully: 'completed',
};

function programOf(name: string, process: YamlObject, content: YamlObject, folder: string): ImportedProgram {
  const draft = new ProgramDraft(name);
  draft.set('command', shellCommand(String(process.command ?? '').trim()));
  draft.set('directory', folder);
  draft.set('autorestart', 'false');
  draft.set('stopasgroup', true);
  draft.set('killasgroup', true);
  setVariables(draft, content.environment);
  const { namespace } = process;
  if (typeof namespace === 'string' && namespace !== 'default') draft.group = sectionName(namespace);
  for (const [key, value] of Object.entries(process)) {
    const carry = CARRIED[key];
    if (carry !== undefined) carry(draft, value, folder);
    else if (!WITHOUT_EFFECT.has(key)) draft.note(`${key} has no counterpart`);
  }
  return draft.finish();
}

function setVariables(draft: ProgramDraft, value: unknown): void {
  for (const [name, text] of variablesOf(value)) {
    if (text !== null) draft.variable(name, text);
  }
}

function setAvailability(draft: ProgramDraft, availability: YamlObject): void {
  const { restart, backoff_seconds: pause, max_restarts: most } = availability;
  const rule = String(restart ?? 'no');
  draft.set('autorestart', rule === 'always' ? 'true' : rule === 'on_failure' ? 'unexpected' : 'false');
  if (pause !== undefined) draft.set('restartpause', String(pause));
  if (most !== undefined && Number(most) > 0) draft.set('startretries', Number(most));
  if (rule === 'exit_on_failure') draft.set('exit_on', 'failure');
  if (availability.exit_on_end === true) draft.set('exit_on', 'end');
  if (availability.exit_on_skipped === true) draft.note('exit_on_skipped has no counterpart');
}

function setShutdown(draft: ProgramDraft, shutdown: YamlObject): void {
  const { command, signal, timeout_seconds: timeout, parent_only: isParentOnly } = shutdown;
  if (command !== undefined) draft.set('stop_command', shellCommand(String(command)));
  if (signal !== undefined) draft.set('stopsignal', String(signal));
  if (timeout !== undefined) draft.set('stopwaitsecs', Number(timeout));
  if (isParentOnly === true) draft.set('stopasgroup', false);
}

function setProbe(draft: ProgramDraft, kind: CheckKind, value: unknown): void {
  const probe = isYamlObject(value) ? value : {};
  const target = probeTarget(probe);
  if (target === null) {
    draft.note(`${kind}_probe has neither exec nor http_get`);
    return;
  }
  setCheck(draft, kind, target, {
    period: probe.period_seconds,
    timeout: probe.timeout_seconds,
    delay: probe.initial_delay_seconds,
    failures: probe.failure_threshold,
    successes: probe.success_threshold,
  });
}

function probeTarget({ exec, http_get: http }: YamlObject): string | null {
  if (isYamlObject(exec)) {
    return `/bin/sh -c ${quoteWord(String(exec.command))}`;
  }
  if (!isYamlObject(http)) {
    return null;
  }
  const { scheme = 'http', host = '127.0.0.1', port = 80, path = '/' } = http;
  return `${String(scheme)}://${String(host)}:${String(port)}${String(path)}`;
}
