/**
 * Pipes of programs of an earlier daemon that have ended, and that other processes still write to: they are read,
 * so that no writer blocks.
 *
 * @module
 */
import { constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GroupConfig } from '../../config/types.ts';
import { openSync } from '../../io/files.ts';
import type { ChannelHolder } from '../../process/adoption/channel-holders.ts';
import type { LeftPipe, LeftPipes } from '../../process/channels/left-pipes.ts';
import { lifeOfBase } from '../../process/channels/pipes.ts';
import type { InheritedProcess } from './inherited-processes.ts';

export interface LeftBehind {
  readonly holders: readonly ChannelHolder[];
  /** Those that are adopted read their own pipes. */
  readonly inherited: readonly InheritedProcess[];
  readonly groups: readonly GroupConfig[];
  /** Runtime folders that belong to this user: pipes in others are left alone. */
  readonly folders: ReadonlySet<string>;
}

/** Opens every pipe once. */
export function readLeftBehind(pipes: LeftPipes, { holders, inherited, groups, folders }: LeftBehind): void {
  const seen = new Set(inherited.filter(({ pid }) => pid !== 0).flatMap(ownPipes));
  for (const { pid, base, channels } of holders.filter((holder) => folders.has(dirname(holder.base)))) {
    const device = deviceOf(dirname(base));
    for (const { name, descriptor } of channels) {
      const link = `/proc/${pid}/fd/${descriptor}`;
      const identity = identityOf(link);
      if (name === 'stdin' || identity === null || seen.has(identity)) continue;
      seen.add(identity);
      const fd = identity.startsWith(`${device}:`) ? openReader(link) : null;
      if (fd !== null) pipes.add({ ...nameOf(base, groups), channel: name, fd });
    }
  }
}

function ownPipes({ record: { base }, pid }: InheritedProcess): readonly string[] {
  const links = [`/proc/${pid}/fd/1`, `/proc/${pid}/fd/2`];
  const paths = base === null ? links : [...links, `${base}.stdout`, `${base}.stderr`];
  return paths.flatMap((path) => identityOf(path) ?? []);
}

/** Identifies the file; null where that is not possible. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function deviceOf(folder: string): number | null {
  return statSync(folder, { throwIfNoEntry: false })?.dev ?? null;
}

function openReader(link: string): number | null {
  try {
    return openSync(link, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** Empty where no configured process has these channels: what is written is dropped. */
function nameOf(base: string, groups: readonly GroupConfig[]): Pick<LeftPipe, 'groupName' | 'name'> {
  for (const { name: groupName, processes } of groups) {
    const found = processes.find(({ name }) => lifeOfBase(base, groupName, name) !== null);
    if (found !== undefined) return { groupName, name: found.name };
  }
  return { groupName: '', name: '' };
}
