/**
 * The rights that methods and pages need.
 *
 * @module
 */
import { ROLES, type Role } from '../../config/tables/user-options.ts';

/** One row of the table of rights. */
interface RightRow {
  /** The lowest role that has the right. */
  readonly role: Role;
  /** True where the right concerns all programs, so that a user with `programs=` does not have it. */
  readonly isForAll: boolean;
  /** True where calls change something, which is what the audit records. */
  readonly isChange: boolean;
  /** What it allows, for the reference page. */
  readonly about: string;
}

/** A method names one of them in its row. */
export const RIGHTS = {
  read: {
    role: 'read',
    isForAll: false,
    isChange: false,
    about: 'reads states, configuration and logs of programs',
  },
  'read-all': {
    role: 'read',
    isForAll: true,
    isChange: false,
    about: 'reads what concerns all programs, such as the main log',
  },
  operate: {
    role: 'operate',
    isForAll: false,
    isChange: true,
    about: 'starts, stops and signals programs, and clears their logs',
  },
  'operate-all': {
    role: 'operate',
    isForAll: true,
    isChange: true,
    about: 'writes what concerns all programs, such as an event',
  },
  admin: {
    role: 'admin',
    isForAll: true,
    isChange: true,
    about: 'changes the configuration or ends the daemon',
  },
} as const satisfies Readonly<Record<string, RightRow>>;

export type Right = keyof typeof RIGHTS;

/** Whether a role has what another role has. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
