/**
 * What the role of the user may do; the daemon checks it again.
 *
 * @module
 */

/** As the server writes it into the page. */
export interface Site {
  readonly host: string;
  readonly identifier: string;
  readonly version: string;
  readonly role: 'read' | 'operate' | 'admin';
  /** Null where the server demands no name. */
  readonly user: string | null;
  /** The user sees all programs. */
  readonly seesAll: boolean;
  /** The name of the fleet whose nodes are shown, or null. */
  readonly fleet: string | null;
}

export interface Rights {
  readonly mayOperate: boolean;
  /** The main log, and what else concerns all programs. */
  readonly mayReadAll: boolean;
  /** Updates of the configuration, the upgrade, the end of the daemon. */
  readonly mayAdminister: boolean;
}

export function rightsOf({ role, seesAll }: Pick<Site, 'role' | 'seesAll'>): Rights {
  return {
    mayOperate: role !== 'read',
    mayReadAll: seesAll,
    mayAdminister: role === 'admin' && seesAll,
  };
}
