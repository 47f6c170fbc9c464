/**
 * What a scenario needs from the machine, and whether it is there.
 *
 * @module
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Need } from '../scenario.ts';
import { findLibrary, searchPath } from './debian.ts';
import { runCommand } from './processes.ts';

/** The needs that this machine does not meet. */
export async function missingNeeds(needs: readonly Need[], python: readonly string[]): Promise<Need[]> {
  const missing: Need[] = [];
  for (const need of needs) if (!(await isMet(need, python))) missing.push(need);
  return missing;
}

/** The full path of a command, looked up as a shell does; null where there is none. */
export function findCommand(name: string): string | null {
  if (name.includes('/')) return isExecutable(name) ? name : null;
  return (
    searchPath()
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null
  );
}

async function isMet(need: Need, python: readonly string[]): Promise<boolean> {
  if (need === 'root') return process.getuid?.() === 0;
  if (need === 'ipv6') {
    return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  }
  const kind = need.slice(0, need.indexOf(':'));
  const name = need.slice(kind.length + 1);
  if (kind === 'command') return findCommand(name) !== null;
  if (kind === 'library') return findLibrary(name) !== null;
  if (kind === 'free') return !existsSync(name);
  const probe = probeFor(kind, name, python);
  const result = await runCommand(probe, '/').catch(() => ({ code: 1 }));
  return result.code === 0;
}

function probeFor(kind: string, name: string, python: readonly string[]): readonly string[] {
  switch (kind) {
    case 'python':
      return [...python, '-c', `import ${name}`];
    case 'perl':
      return ['perl', `-M${name}`, '-e', ''];
    case 'ruby':
      return ['ruby', `-r${name}`, '-e', ''];
    default:
      return ['id', '-u', name];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
