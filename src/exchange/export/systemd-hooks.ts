/**
 * How the hooks of a program stand in a service unit.
 *
 * @module
 */
import { isAbsolute, resolve } from 'node:path';
import { systemdArgument } from '../systemd-words.ts';
import { type CarriedKeys, commandWords } from './carry.ts';
import type { UnitDraft } from './unit-draft.ts';

export const HOOKS: CarriedKeys<UnitDraft> = {
  pre_start_hook: (draft, { hooks }) => {
    const [, mark = '', command = ''] = /^(-?)\s*(.*)$/s.exec(hooks.pre_start ?? '') ?? [];
    if (command !== '') draft.service('ExecStartPre', `${mark}${execLine(draft, 'pre_start_hook', command)}`);
  },
  // The result of the other hooks changes nothing.
  post_start_hook: (draft, { hooks }) => hook(draft, 'ExecStartPost', 'post_start_hook', hooks.post_start),
  pre_stop_hook: (draft, { hooks }) => hook(draft, 'ExecStop', 'pre_stop_hook', hooks.pre_stop),
  post_stop_hook: (draft, { hooks }) => hook(draft, 'ExecStopPost', 'post_stop_hook', hooks.post_stop),
  stop_command: (draft, { hooks: { stop_command: command } }) => {
    if (command === null) return;
    draft.service(
      'ExecStop',
      execLine(draft, 'stop_command', command.replaceAll('SUPERVISOR_PID', 'MAINPID')),
    );
    draft.note('stop_command: the stop signal follows as soon as the command has ended');
  },
};

function hook(draft: UnitDraft, key: string, ourKey: string, command: string | null): void {
  if (command !== null) draft.service(key, `-${execLine(draft, ourKey, command.replace(/^-\s*/, ''))}`);
}

/** A command line whose first word systemd can find. @param folder that a path is relative to */
export function execLine(draft: UnitDraft, key: string, command: string, folder = '/'): string {
  const [program = '', ...rest] = commandWords(draft, key, command);
  const isRelative = program.includes('/') && !isAbsolute(program);
  if (isRelative) draft.note(`${key}: ${program} is taken as ${resolve(folder, program)}`);
  if (/^[-@:+!|]/.test(program))
    draft.note(`${key}: systemd takes the first character of ${program} for a prefix`);
  return [isRelative ? resolve(folder, program) : program, ...rest].map(systemdArgument).join(' ');
}
