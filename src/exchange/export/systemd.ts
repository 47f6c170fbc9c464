/**
 * Exports programs as units of systemd: a service for each process, a timer for each schedule, and a target that starts
 * all of them.
 *
 * @module
 */

import type { Config } from '../../config/types.ts';
import { withoutEnd } from '../../python/text.ts';
import { systemdText } from '../systemd-words.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { carryKeys, noteLines } from './carry.ts';
import type { ExportedFile, ExportSettings } from './format.ts';
import { type ExportedProcess, type ExportSubject, exportSubject } from './subject.ts';
import { systemdKeys } from './systemd-keys.ts';
import { UnitDraft } from './unit-draft.ts';

/** The services, the timers, and the target at the end. */
export function exportUnits(config: Config, { users, origin }: ExportSettings): readonly ExportedFile[] {
  const subject = exportSubject(config, users, { nameOf: unitName, mergesAlike: false });
  const target = `${unitName(config.daemon.identifier)}.target`;
  const units = subject.processes.map((from) => unitsOf(from, subject, target, origin));
  const started = units.flatMap(({ start }) => (start === null ? [] : [start]));
  return [...units.flatMap(({ files }) => files), targetFile(target, started, subject, origin)];
}

/** A valid name of a unit, without its ending; `@` would make it a template. */
export function unitName(name: string): string {
  const text = withoutEnd(name.replace(/[^A-Za-z0-9:_.-]+/g, '-').replace(/^[-.]+/, ''), '-');
  return text === '' ? 'program' : text;
}

interface ProcessUnits {
  readonly files: readonly ExportedFile[];
  /** The unit that the target starts, or null. */
  readonly start: string | null;
}

function unitsOf(
  from: ExportedProcess,
  subject: ExportSubject,
  target: string,
  origin: string,
): ProcessUnits {
  const { name, process } = from;
  const draft = new UnitDraft();
  draft.unit('Description', systemdText(`${process.name} of ${origin}`));
  draft.unit('PartOf', target);
  carryKeys(from, systemdKeys(subject), draft);
  const { schedule, autostart } = process;
  const install = (isWanted: boolean): string => (isWanted ? `\n[Install]\nWantedBy=${target}\n` : '');
  const { cron, timeZone } = schedule;
  const { events, notes } = cron === null ? NO_TIMES : calendarOf(cron, timeZone);
  for (const note of notes) draft.note(note);
  const head = headOf(origin, noteLines([], [{ name, notes: draft.notes }]));
  if (events.length === 0) {
    const isStarted = autostart && cron === null;
    const text = `${head}${draft.text()}${install(isStarted)}`;
    return { files: [{ name: `${name}.service`, text }], start: isStarted ? `${name}.service` : null };
  }
  const timer = [
    '[Unit]',
    `Description=${systemdText(`times of ${process.name}`)}`,
    `PartOf=${target}`,
    '',
    '[Timer]',
    ...events.map((event) => `OnCalendar=${event}`),
    'AccuracySec=1s',
    `Persistent=${schedule.catchesUp ? 'yes' : 'no'}`,
    ...(schedule.runsOnStart ? ['OnActiveSec=0'] : []),
  ];
  return {
    files: [
      { name: `${name}.service`, text: `${head}${draft.text()}` },
      { name: `${name}.timer`, text: `${headOf(origin, [])}${timer.join('\n')}\n${install(autostart)}` },
    ],
    start: autostart ? `${name}.timer` : null,
  };
}

const NO_TIMES: Calendar = { events: [], notes: [] };

function targetFile(
  name: string,
  started: readonly string[],
  { notes }: ExportSubject,
  origin: string,
): ExportedFile {
  const lines = [
    '[Unit]',
    `Description=${systemdText(`programs of ${origin}`)}`,
    ...started.map((unit) => `Wants=${unit}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return { name, text: `${headOf(origin, noteLines(notes, []))}${lines.join('\n')}\n` };
}

function headOf(origin: string, notes: readonly string[]): string {
  return `${[`# Exported from ${origin}.`, ...notes].join('\n')}\n`;
}
