/**
 * State of `scale` and `disable` in `statedir`, which overrides the configuration.
 *
 * @module
 */
import { withinLimits } from '../../config/scale.ts';
import { rememberedIn, stateFilePath } from '../../supervisor/state-file.ts';
import type { FindingKind, Found } from '../finding.ts';
import type { Subject } from '../subject.ts';

export const REMEMBERED: readonly FindingKind[] = [
  {
    id: 'scaled',
    severity: 'note',
    looksFor:
      'A program with another number of processes than `numprocs`, which `supervisorctl scale` has set.',
    docs: 'changing.md#scale',
    find: scaledPrograms,
  },
  {
    id: 'disabled',
    severity: 'note',
    looksFor: 'A process that `supervisorctl disable` keeps from starting, and that has `autostart`.',
    docs: 'starting-and-stopping.md',
    find: disabledProcesses,
  },
];

function* scaledPrograms(subject: Subject): Iterable<Found> {
  const { scales } = remembered(subject);
  for (const group of subject.config?.groups ?? []) {
    for (const program of group.scalable ?? []) {
      const key = `${group.name}:${program.name}`;
      const wanted = scales.get(key);
      if (wanted === undefined || wanted === program.count) continue;
      const count = withinLimits(program, wanted);
      const name = group.name === program.name ? program.name : key;
      yield {
        section: sectionOf(subject, program.name),
        key: 'numprocs',
        message:
          `The program was scaled to ${count}, and numprocs=${program.count} is not used until ` +
          `\`supervisorctl scale ${name}=file\`.`,
      };
    }
  }
}

function* disabledProcesses(subject: Subject): Iterable<Found> {
  const { disabled } = remembered(subject);
  if (disabled.size === 0) return;
  for (const group of subject.config?.groups ?? []) {
    for (const { name, program = name, autostart } of group.processes) {
      const id = `${group.name}:${name}`;
      if (!autostart || !disabled.has(id)) continue;
      const shown = group.name === name ? name : id;
      yield {
        section: sectionOf(subject, program),
        key: 'autostart',
        message: `${shown} is disabled and does not start with the daemon until \`supervisorctl enable ${shown}\`.`,
      };
    }
  }
}

/** Empty if no file can be read; the daemon begins anew then. */
function remembered({ config }: Subject): ReturnType<typeof rememberedIn> {
  const folder = config?.daemon.stateDir ?? null;
  try {
    if (config !== null && folder !== null)
      return rememberedIn(stateFilePath(folder, config.daemon.identifier));
  } catch {
    // The daemon keeps the file under another name, and reports that.
  }
  return { disabled: new Set(), scales: new Map() };
}

function sectionOf({ config }: Subject, program: string): string | null {
  return config?.programs.find(({ name }) => name === program)?.section ?? null;
}
