/**
 * Keys that need a cgroup (v2), where this shell could not use one.
 *
 * @module
 */
import { join } from 'node:path';
import { textOf } from '../../process/cgroup/cgroup-files.ts';
import { limitFiles } from '../../process/cgroup/limit-files.ts';
import { cgroupLocation, delegatedFolder } from '../../process/cgroup/location.ts';
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

export const CGROUPS: FindingKind = {
  id: 'no-cgroup',
  severity: 'warning',
  looksFor:
    'A limit that needs cgroup v2, or `kill_mode=cgroup`, where cgroup v2 is not mounted, is read-only, or does not have the controller.',
  docs: 'limits.md#limits-of-a-program-as-a-whole',
  find: (subject) => withoutCgroup(subject),
};

/** @param proc where proc(5) is mounted */
export function* withoutCgroup(subject: Subject, proc = '/proc'): Iterable<Found> {
  const location = cgroupLocation(textOf(`${proc}/self/mountinfo`), textOf(`${proc}/self/cgroup`));
  const reason = 'reason' in location ? location.reason : null;
  const folder = 'folder' in location ? delegatedFolder(location.folder) : null;
  const controllers = folder === null ? [] : textOf(join(folder, 'cgroup.controllers')).trim().split(/\s+/);
  for (const { section, processes } of programsOf(subject)) {
    const limits = new Map(
      processes.flatMap(limitFiles).map((limit) => [limit.key, limit.controller] as const),
    );
    for (const [key, controller] of limits) {
      if (!controllers.includes(controller)) {
        const why = reason ?? `the controller ${controller} cannot be used in ${folder}`;
        yield { section, key, message: `it has no effect here: ${why}.` };
      }
    }
    if (reason !== null && processes.some(({ killMode }) => killMode === 'cgroup')) {
      const message = `the processes of a program are found in /proc here: ${reason}.`;
      yield { section, key: 'kill_mode', message };
    }
  }
}
