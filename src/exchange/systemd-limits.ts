/**
 * The keys of a unit for limits, priorities and rights.
 *
 * @module
 */
import { RLIMIT_OPTIONS } from '../config/tables/program/limits.ts';
import { setCpuQuota, setMemory, setTasks } from './limits.ts';
import type { ProgramDraft } from './program.ts';

const IO_CLASSES: Readonly<Record<string, string>> = { 1: 'realtime', 2: 'best-effort', 3: 'idle' };

/** Returns false for any other key. */
export function carryLimit(draft: ProgramDraft, key: string, values: readonly string[]): boolean {
  const value = values.at(-1) ?? '';
  if (key.startsWith('Limit')) {
    return rlimit(draft, key, value);
  }
  switch (key) {
    case 'Nice':
      draft.set('nice', value);
      return true;
    case 'OOMScoreAdjust':
      draft.set('oom_score_adj', value);
      return true;
    case 'NoNewPrivileges':
      draft.set('no_new_privs', /^(yes|true|on|1)$/i.test(value));
      return true;
    case 'CPUAffinity':
      draft.set(
        'cpu_affinity',
        value
          .trim()
          .split(/[\s,]+/)
          .join(','),
      );
      return true;
    case 'IOSchedulingClass':
      draft.set('ionice', IO_CLASSES[value] ?? value);
      return true;
    case 'IOSchedulingPriority':
      draft.set('ionice', `${draft.value('ionice') === 'realtime' ? 'realtime' : 'best-effort'}:${value}`);
      return true;
    case 'AmbientCapabilities':
      draft.set('capabilities', names(values));
      return true;
    case 'CapabilityBoundingSet':
      if (value.startsWith('~')) return false;
      if (!draft.has('capabilities')) draft.set('capabilities', names(values));
      return true;
    case 'MemoryMax':
    case 'MemoryLimit':
      setMemory(draft, 'memory_max', key, value);
      return true;
    case 'MemoryHigh':
      setMemory(draft, 'memory_high', key, value);
      return true;
    case 'CPUQuota':
      setCpuQuota(draft, key, value, Number(value.replace('%', '')));
      return true;
    case 'TasksMax':
      setTasks(draft, key, value);
      return true;
    default:
      return false;
  }
}

function names(values: readonly string[]): string {
  const words = values.flatMap((value) => value.split(/\s+/)).filter((word) => word !== '');
  return words.length === 0 ? 'none' : words.map((word) => word.toLowerCase().replace(/^cap_/, '')).join(',');
}

function rlimit(draft: ProgramDraft, key: string, value: string): boolean {
  const ours = `limit_${key.slice('Limit'.length).toLowerCase()}`;
  if (!(ours in RLIMIT_OPTIONS)) {
    return false;
  }
  draft.set(
    ours,
    value
      .split(':')
      .map((part) => part.replace(/^(\d+)([KMG])$/, '$1$2B').replace('infinity', 'unlimited'))
      .join(':'),
  );
  return true;
}
