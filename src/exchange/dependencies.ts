/**
 * Removes dependencies on programs that are not imported, as the daemon would refuse the file.
 *
 * @module
 */
import type { ImportedProgram } from './program.ts';

const KEY = 'depends_on';

/** Leaves them out, with a note for each. */
export function withoutUnknownDependencies(programs: readonly ImportedProgram[]): readonly ImportedProgram[] {
  const known = new Set(programs.flatMap(({ name, group }) => (group === null ? [name] : [name, group])));
  return programs.map((program) => {
    const wanted = program.keys.get(KEY)?.split(',') ?? [];
    const unknown = wanted.filter((one) => !known.has(nameIn(one)));
    if (unknown.length === 0) return program;
    const left = wanted.filter((one) => known.has(nameIn(one)));
    const others = [...program.keys].filter(([key]) => key !== KEY);
    return {
      ...program,
      keys: new Map(left.length === 0 ? others : [...others, [KEY, left.join(',')]]),
      notes: [...program.notes, ...unknown.map((one) => `depends on ${nameIn(one)}, which is not imported`)],
    };
  });
}

/** `name:condition`. */
function nameIn(dependency: string): string {
  return dependency.split(':')[0] ?? '';
}
