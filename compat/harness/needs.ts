/**
 * What a scenario needs from the machine, and whether it is there.
 *
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Need } from '../scenario.ts';
import { findLibrary, searchPath } from './debian.ts';
import { OWN_MOUNTS } from './namespace.ts';
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

/** How to provide what a scenario needs, in a few words. */
export function howToMeet(need: string): string {
  const [kind = ''] = need.split(':');
  switch (kind) {
    case 'root':
      return 'run as root';
    case 'ipv6':
      return 'an IPv6 loopback address';
    case 'user':
      return 'a user of that name';
    case 'mounts':
      return 'run as root, or allow user namespaces';
    default:
      return need.includes('ansible')
        ? 'pip install ansible'
        : 'on Debian and Ubuntu npm run setup -- --reference unpacks it';
  }
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
  const probe = need === 'mounts' ? [...OWN_MOUNTS, 'true'] : probeFor(kind, name, python);
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
