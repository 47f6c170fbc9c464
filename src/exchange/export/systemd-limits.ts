/**
 * How the keys for limits and resources of a program stand in a service unit.
 *
 * @module
 */
import { CAPABILITIES, type LimitPair } from '../../config/tables/limit-values.ts';
import { RLIMIT_OPTIONS } from '../../config/tables/program/limits.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import type { CarriedKeys } from './carry.ts';
import type { UnitDraft } from './unit-draft.ts';

const rlimits = Object.keys(RLIMIT_OPTIONS).map((key) => {
  const carry: CarriedKeys<UnitDraft>[string] = (draft, process) => {
    const pair = fieldValue(process, rowOf(RLIMIT_OPTIONS, key)) as LimitPair | null;
    if (pair === null) return;
    const [soft, hard] = [pair.soft, pair.hard].map((one) => (one === -1 ? 'infinity' : String(one)));
    const name = key.slice('limit_'.length).toUpperCase();
    draft.service(`Limit${name}`, soft === hard ? String(soft) : `${soft}:${hard}`);
  };
  return [key, carry] as const;
});

export const LIMITS: CarriedKeys<UnitDraft> = {
  ...Object.fromEntries(rlimits),
  nice: (draft, { limits: { niceness } }) => {
    if (niceness !== null) draft.service('Nice', niceness);
  },
  ionice: (draft, { limits: { ioPriority } }) => {
    if (ioPriority === null) return;
    draft.service('IOSchedulingClass', ioPriority.class);
    if (ioPriority.class !== 'idle') draft.service('IOSchedulingPriority', ioPriority.level);
  },
  oom_score_adj: (draft, { limits: { oomScore } }) => {
    if (oomScore !== null) draft.service('OOMScoreAdjust', oomScore);
  },
  cpu_affinity: (draft, { limits: { cpus } }) => {
    if (cpus !== null) draft.service('CPUAffinity', cpus.join(' '));
  },
  no_new_privs: (draft, { limits: { noNewPrivileges } }) => {
    if (noNewPrivileges) draft.service('NoNewPrivileges', 'yes');
  },
  capabilities: (draft, { limits: { capabilities } }) => {
    if (capabilities === null) return;
    const names = capabilities.map((number) => `CAP_${CAPABILITIES[number]?.toUpperCase()}`).join(' ');
    draft.service('CapabilityBoundingSet', names);
    draft.service('AmbientCapabilities', names);
  },
  memory_max: (draft, { resources: { memoryMax } }) => {
    if (memoryMax !== null) draft.service('MemoryMax', memoryMax);
  },
  memory_high: (draft, { resources: { memoryHigh } }) => {
    if (memoryHigh !== null) draft.service('MemoryHigh', memoryHigh);
  },
  cpu_quota: (draft, { resources: { cpuQuota } }) => {
    if (cpuQuota !== null) draft.service('CPUQuota', `${cpuQuota}%`);
  },
  pids_max: (draft, { resources: { pidsMax } }) => {
    if (pidsMax !== null) draft.service('TasksMax', pidsMax);
  },
};
