/**
 * Translates the keys for limits, priorities and rights of a program into spawn options, and failed steps into
 * texts.
 *
 * @module
 */

import type { LimitPair } from '../../config/tables/limit-values.ts';
import { RLIMIT_OPTIONS } from '../../config/tables/program/limits.ts';
import { rowsOf } from '../../config/tables/record.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { RlimitName, SpawnAttributes, SpawnFailure, SpawnRlimit } from '../../native/posix.ts';
import { type CredentialsResult, credentialsFor } from './credentials.ts';

type Limits = ProcessConfig['limits'];

/** The rlimits of the child: those of the program, and those of the daemon that it does not set. */
export function rlimitsOf(limits: Limits, ofDaemon: readonly SpawnRlimit[]): readonly SpawnRlimit[] {
  const own = OWN_LIMITS.get(limits) ?? ownLimits(limits);
  OWN_LIMITS.set(limits, own);
  return own.length === 0
    ? ofDaemon
    : [...ofDaemon.filter(({ resource }) => limits[resource] === null), ...own];
}

/** All programs without such keys share their limits. */
const OWN_LIMITS = new WeakMap<Limits, readonly SpawnRlimit[]>();

function ownLimits(limits: Limits): readonly SpawnRlimit[] {
  return rowsOf(RLIMIT_OPTIONS).flatMap(({ rest }): SpawnRlimit[] => {
    const resource = rest as RlimitName;
    const pair: LimitPair | null = limits[resource];
    return pair === null ? [] : [{ resource, ...pair }];
  });
}

/** Undefined where the program has none of the keys. */
export function attributesOf(limits: Limits): SpawnAttributes | undefined {
  const { niceness, ioPriority, oomScore, cpus, capabilities, noNewPrivileges } = limits;
  const attributes: SpawnAttributes = {
    ...(niceness !== null && { nice: niceness }),
    ...(ioPriority !== null && { ioPriority }),
    ...(oomScore !== null && { oomScore }),
    ...(cpus !== null && { cpus }),
    ...(capabilities !== null && { capabilities }),
    ...(noNewPrivileges && { noNewPrivileges }),
  };
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}

/** The user and groups of a child: those of `user=`, with `group=` in place of the primary one. */
export function identityOf({ uid, limits }: ProcessConfig): CredentialsResult {
  return withGroup(uid === null ? AS_THE_DAEMON : credentialsFor(uid), limits);
}

const AS_THE_DAEMON: CredentialsResult = { ok: true, credentials: null };

/** The further groups of the user stay. */
function withGroup(identity: CredentialsResult, { gid }: Limits): CredentialsResult {
  const isGroupOfDaemon = identity.ok && identity.credentials === null && gid === process.getgid?.();
  if (gid === null || !identity.ok || isGroupOfDaemon) {
    return identity;
  }
  const { uid, groups } = identity.credentials ?? {
    uid: process.getuid?.() ?? 0,
    groups: process.getgroups?.() ?? [],
  };
  const others = groups.filter((group) => group !== gid && group !== identity.credentials?.gid);
  return { ok: true, credentials: { uid, gid, groups: [gid, ...others] } };
}

/** The key that could not be applied: `limit_nofile`, `nice`. Null for a step that no key of these asks for. */
export function limitKeyOf({ step, resource }: SpawnFailure, { limits, uid }: ProcessConfig): string | null {
  switch (step) {
    case 'setrlimit':
      return resource === undefined ? null : `limit_${resource}`;
    case 'nice':
    case 'ionice':
    case 'oom_score_adj':
    case 'cpu_affinity':
    case 'capabilities':
    case 'no_new_privs':
      return step;
    case 'setgroups':
    case 'setgid':
    case 'setuid':
      return uid === null && limits.gid !== null ? 'group' : null;
    default:
      return null;
  }
}
