/**
 * What a child takes on beside limits and user, as numbers for the addon.
 *
 * @module
 */

/** What is left out stays as in the parent. */
export interface SpawnAttributes {
  /** -20 to 19; only root may go below its own. */
  readonly nice?: number;
  /** Level 0 is served first, 7 last; `idle` has none. */
  readonly ioPriority?: { readonly class: IoClass; readonly level: number };
  /** -1000 to 1000; the higher, the sooner the kernel kills it when memory runs out. */
  readonly oomScore?: number;
  /** Numbers of the CPUs that it may run on. */
  readonly cpus?: readonly number[];
  /** Numbers of the only capabilities that it has, as in capability.h; also for a user that is not root. */
  readonly capabilities?: readonly number[];
  /** No program that it executes gains privileges by set-user-ID bits or file capabilities. */
  readonly noNewPrivileges?: boolean;
  /** It is killed when this process ends, not when this process executes another program. */
  readonly diesWithParent?: boolean;
}

/** In the order of the kernel, from 1. */
export const ioClasses = ['realtime', 'best-effort', 'idle'] as const;

export type IoClass = (typeof ioClasses)[number];

/** In the order of `enum attribute` in glue_spawn.c. */
const attributeKinds = [
  'nice',
  'ioPriority',
  'oomScore',
  'cpu',
  'limitedCapabilities',
  'capability',
  'noNewPrivileges',
  'diesWithParent',
] as const;

/** The bits that a class of ioprio_set(2) is shifted by. */
const CLASS_SHIFT = 13;

/** Pairs of kind and value. */
export function attributeNumbers(attributes: SpawnAttributes): number[] {
  const { nice, ioPriority, oomScore, cpus = [], capabilities, noNewPrivileges, diesWithParent } = attributes;
  return [
    ...(nice === undefined ? [] : pair('nice', nice)),
    ...(ioPriority === undefined
      ? []
      : pair('ioPriority', ((ioClasses.indexOf(ioPriority.class) + 1) << CLASS_SHIFT) + ioPriority.level)),
    ...(oomScore === undefined ? [] : pair('oomScore', oomScore)),
    ...cpus.flatMap((cpu) => pair('cpu', cpu)),
    ...(capabilities === undefined
      ? []
      : [...pair('limitedCapabilities', 1), ...capabilities.flatMap((one) => pair('capability', one))]),
    ...(noNewPrivileges ? pair('noNewPrivileges', 1) : []),
    ...(diesWithParent ? pair('diesWithParent', 1) : []),
  ];
}

function pair(kind: (typeof attributeKinds)[number], value: number): [number, number] {
  return [attributeKinds.indexOf(kind), value];
}
