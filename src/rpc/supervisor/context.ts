/**
 * What the methods of `supervisor.*` work on.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { stockMethods } from '../method.ts';
import { ProcessInfoRenderer } from '../process-info-renderer.ts';
import { NameOrder } from '../process-names.ts';

export interface SupervisorContext {
  readonly supervisor: SupervisorView;
  /** All processes by name, sorted once for each change of groups. */
  readonly order: NameOrder;
  /** The last answer of `getAllProcessInfo`. */
  readonly renderer: ProcessInfoRenderer;
}

export function supervisorContext(supervisor: SupervisorView): SupervisorContext {
  return { supervisor, order: new NameOrder(supervisor), renderer: new ProcessInfoRenderer() };
}

/** Makes a row of `supervisor.*`. */
export const method = stockMethods<SupervisorContext>();
