/**
 * The caller of a request: its user, its role, and the programs that it sees.
 *
 * @module
 */
import type { Role } from '../../config/tables/user-options.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { limitedView } from './limited-view.ts';
import type { ProgramPatterns } from './program-patterns.ts';

export interface Caller {
  /** Null where the server demands no name. */
  readonly user: string | null;
  readonly role: Role;
  /** Null where the caller sees all programs. */
  readonly programs: ProgramPatterns | null;
  /** The daemon with the programs that the caller sees. */
  readonly supervisor: SupervisorView;
}

/** A caller with every right. */
export function adminCaller(supervisor: SupervisorView, user: string | null): Caller {
  return { user, role: 'admin', programs: null, supervisor };
}

/** A caller with the rights of a role, for all programs or for some. */
export function limitedCaller(
  supervisor: SupervisorView,
  user: string,
  role: Role,
  programs: ProgramPatterns | null,
): Caller {
  return {
    user,
    role,
    programs,
    supervisor: programs === null ? supervisor : limitedView(supervisor, programs),
  };
}
