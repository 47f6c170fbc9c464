/**
 * What the methods of `visord.*` work on.
 *
 * @module
 */
import type { SupervisorView } from '../../../supervisor/supervisor-view.ts';
import { extensionMethod } from '../../method.ts';

export interface VisordContext {
  readonly supervisor: SupervisorView;
}

/** Makes rows of `visord.*` that are new in a release. */
export const since = extensionMethod<VisordContext>;
