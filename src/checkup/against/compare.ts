/**
 * Where an installed supervisord reads a configuration differently.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';
import { ownReading } from './own-reading.ts';
import type { GroupReading, Reading, Value, Values } from './reading.ts';
import type { ReferenceReading } from './reference-reading.ts';

/** The kind of finding for `--against`. */
export function comparisonWith(reference: ReferenceReading): FindingKind {
  return { ...COMPARISON, find: (subject) => compareReadings(subject, reference) };
}

/** Its row in the table of kinds. */
export const COMPARISON: FindingKind = {
  id: 'reads-differently',
  severity: 'warning',
  looksFor:
    'With `--against`: a key that the installed supervisord reads differently, or a file that it refuses.',
  docs: 'differences.md',
  find: () => [],
};

export function compareReadings(subject: Subject, { version, refusal, reading }: ReferenceReading): Found[] {
  const name = `supervisord ${version}`;
  if (reading === null) {
    const isShared = subject.errors.some(({ message }) => refusal.startsWith(message));
    return isShared ? [] : [{ section: null, key: null, message: `${name} refuses the file: ${refusal}` }];
  }
  if (subject.config === null) {
    return [{ section: null, key: null, message: `${name} accepts the file.` }];
  }
  const own = ownReading(subject.config);
  const found = [
    ...compareValues(name, 'supervisord', reading.daemon, own.daemon),
    ...compareServers(name, reading, own),
    ...compareGroups(subject, name, reading.groups, own.groups),
  ];
  return withoutRepeats(found);
}

/** One finding for all processes of a program that differ in the same way. */
function withoutRepeats(found: readonly Found[]): Found[] {
  const seen = new Map<string, Found>();
  for (const one of found) {
    const id = `${one.section} ${one.key}`;
    seen.set(id, seen.get(id) ?? one);
  }
  return [...seen.values()];
}

function compareServers(name: string, reference: Reading, own: Reading): Found[] {
  return reference.servers.flatMap((server) => {
    const section = String(server.section);
    const counterpart = own.servers.find((one) => one.section === section);
    return counterpart === undefined ? [] : compareValues(name, section, server, counterpart);
  });
}

function compareGroups(
  subject: Subject,
  name: string,
  reference: readonly GroupReading[],
  own: readonly GroupReading[],
): Found[] {
  const found: Found[] = [];
  for (const group of reference) {
    const counterpart = own.find((one) => one.name === group.name);
    if (counterpart === undefined) {
      found.push({
        section: sectionOf(subject, group.name, null),
        key: null,
        message: `${name} has a group ${group.name}, visord has not.`,
      });
      continue;
    }
    const section = sectionOf(subject, group.name, null);
    found.push(
      ...compareValues(name, section, { priority: group.priority }, { priority: counterpart.priority }),
      ...compareValues(name, section, group.pool ?? {}, counterpart.pool ?? {}),
      ...compareProcesses(subject, name, group, counterpart),
    );
  }
  for (const group of own.filter((one) => !reference.some((other) => other.name === one.name))) {
    found.push({
      section: sectionOf(subject, group.name, null),
      key: null,
      message: `visord has a group ${group.name}, ${name} has not.`,
    });
  }
  return found;
}

function compareProcesses(
  subject: Subject,
  name: string,
  reference: GroupReading,
  own: GroupReading,
): Found[] {
  const nameOf = (process: Values): string => String(process.process_name);
  const names = [...new Set([...reference.processes, ...own.processes].map(nameOf))];
  return names.flatMap((process) => {
    const section = sectionOf(subject, own.name, process);
    const ofReference = reference.processes.findLast((one) => nameOf(one) === process);
    const ofOwn = own.processes.findLast((one) => nameOf(one) === process);
    if (ofReference !== undefined && ofOwn !== undefined) {
      return compareValues(name, section, ofReference, ofOwn);
    }
    const [has, hasNot] = ofOwn === undefined ? [name, 'visord'] : ['visord', name];
    return [{ section, key: 'process_name', message: `${has} has a process ${process}, ${hasNot} has not.` }];
  });
}

/** The section of a process, or of a group. */
function sectionOf(subject: Subject, group: string, process: string | null): string {
  const programs = [...programsOf(subject)].filter((program) => program.group === group);
  const program =
    process === null
      ? programs.find(({ isMember }) => !isMember)
      : programs.find(({ processes }) => processes.some(({ name }) => name === process));
  return program?.section ?? `group:${group}`;
}

/** Keys that both sides have and read differently. */
function compareValues(name: string, section: string, reference: Values, own: Values): Found[] {
  return Object.entries(reference)
    .filter(([key, value]) => key in own && !isSame(value, own[key] ?? null))
    .map(([key, value]) => ({ section, key, message: describe(name, key, value, own[key] ?? null) }));
}

function describe(name: string, key: string, reference: Value, own: Value): string {
  return key === 'password'
    ? `${name} and visord read another password.`
    : `${name} reads ${shown(reference, own)}, visord ${shown(own, reference)}.`;
}

/** Of two lists of variables, those that differ. */
function shown(value: Value, other: Value): string {
  if (!isStruct(value) || !isStruct(other)) {
    return JSON.stringify(value);
  }
  const names = [...new Set([...Object.keys(value), ...Object.keys(other)])];
  return names
    .filter((name) => !isSame(value[name] ?? null, other[name] ?? null))
    .map((name) => (name in value ? `${name}=${JSON.stringify(value[name])}` : `no ${name}`))
    .join(', ');
}

function isStruct(value: Value): value is { readonly [key: string]: Value } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isSame(a: Value, b: Value): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Value): string {
  return isStruct(value)
    ? JSON.stringify(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : JSON.stringify(value);
}
