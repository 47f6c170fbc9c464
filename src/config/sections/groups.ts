/**
 * The groups: those that `[group:x]` names, and one for each program that is in none.
 *
 * @module
 */
import { readingAt } from '../config-error.ts';
import { GROUP_OPTIONS, PROGRAM_OPTIONS } from '../tables/program-options.ts';
import { sectionReader } from '../tables/section-reader.ts';
import type { Scope } from '../text/expansion.ts';
import { ConfigError, type GroupConfig, type ProcessConfig, type ProgramConfig } from '../types.ts';
import { readEventListeners } from './event-listeners.ts';
import { readFcgiGroup, readGroupedFcgiProgram } from './fcgi.ts';
import { type ReadContext, readProgram } from './programs.ts';
import { checkedLabel } from './section-label.ts';

/**
 * Reads all groups, sorted by priority, then name.
 *
 * @param sectionScope the names that the groups' own keys may use
 * @throws ConfigError
 */
export function readGroups(context: ReadContext, sectionScope: Scope): GroupConfig[] {
  const grouped = new Set<string>();
  const groups: GroupConfig[] = [];
  for (const section of context.source.sections.keys()) {
    if (section.startsWith('group:')) {
      groups.push(
        readingAt(section, 'programs', () => readNamedGroup(context, section, sectionScope, grouped)),
      );
    }
  }
  for (const section of context.source.sections.keys()) {
    if (section.startsWith('program:') && !grouped.has(section)) {
      groups.push(readingAt(section, null, () => readProgramGroup(context, section, sectionScope)));
    }
  }
  for (const section of context.source.sections.keys()) {
    if (section.startsWith('eventlistener:')) {
      groups.push(readingAt(section, null, () => readEventListeners(context, section, sectionScope)));
    }
  }
  for (const section of context.source.sections.keys()) {
    if (section.startsWith('fcgi-program:') && !grouped.has(section)) {
      groups.push(readingAt(section, null, () => readFcgiGroup(context, section, sectionScope)));
    }
  }
  const sorted = groups.sort(
    (a, b) => a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  return withScalable(sorted, context.programs);
}

/** Programs are in the order in which they were read: that of their group. */
function withScalable(groups: GroupConfig[], programs: readonly ProgramConfig[]): GroupConfig[] {
  if (programs.every(({ expand }) => expand === null)) {
    return groups;
  }
  const byGroup = new Map<string, ProgramConfig[]>();
  for (const program of programs) {
    const members = byGroup.get(program.group) ?? [];
    byGroup.set(program.group, members);
    members.push(program);
  }
  return groups.map((group) => {
    const members = byGroup.get(group.name) ?? [];
    const scalable = members.flatMap(({ name, count, limits, expand }, index) => {
      const followers = members.slice(index + 1).map((other) => other.name);
      return expand === null ? [] : [{ name, count, limits, followers, expand }];
    });
    return scalable.length === 0 ? group : { ...group, scalable };
  });
}

function readNamedGroup(
  context: ReadContext,
  section: string,
  scope: Scope,
  grouped: Set<string>,
): GroupConfig {
  const name = checkedLabel(section);
  const reader = sectionReader(context, section, GROUP_OPTIONS);
  const programs = reader.value('programs', scope);
  const group = reader.config(() => scope);
  const processes: ProcessConfig[] = [];
  // The reference names the section that it looked at last: the group's own at first, then a program's.
  let named = section;
  for (const program of programs) {
    named = findProgramSection(context, program, named);
    grouped.add(named);
    processes.push(
      ...(named.startsWith('fcgi-program:')
        ? readGroupedFcgiProgram(context, named, name, scope)
        : readProgram(context, named, { group: name, isMember: true })),
    );
  }
  return { name, ...group, processes };
}

function findProgramSection({ source }: ReadContext, program: string, named: string): string {
  const section = `program:${program}`;
  const fcgiSection = `fcgi-program:${program}`;
  const isProgram = source.sections.has(section);
  const isFcgi = source.sections.has(fcgiSection);
  if (!isProgram && !isFcgi) {
    throw new ConfigError(`[${named}] names unknown program or fcgi-program ${program}`);
  }
  if (isProgram && isFcgi) {
    throw new ConfigError(`[${named}] name ${program} is ambiguous (exists as program and fcgi-program)`);
  }
  return isProgram ? section : fcgiSection;
}

function readProgramGroup(context: ReadContext, section: string, scope: Scope): GroupConfig {
  const name = checkedLabel(section);
  const priority = sectionReader(context, section, PROGRAM_OPTIONS).value('priority', scope);
  return { name, priority, processes: readProgram(context, section, { group: name, isMember: false }) };
}
