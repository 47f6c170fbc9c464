/**
 * The table of `visord.*`: what the reference does not have.
 *
 * @module
 */
import process from 'node:process';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { extensionMethod, type Method } from '../method.ts';
import { SUPERVISOR_VERSION } from '../versions.ts';

/** The name of the namespace. */
export const VISORD_NAMESPACE = 'visord';

export interface VisordContext {
  readonly supervisor: SupervisorView;
}

/** Methods that are new in a release; `since` is the release. */
const since = extensionMethod<VisordContext>;

export const VISORD_METHODS: readonly Method<VisordContext>[] = [
  since('0.2.0')({
    name: 'getVersion',
    help: 'Return the versions of this daemon: its own, that of the Supervisor it is compatible with, and that of Node.js',
    parameters: {},
    returns: { type: 'struct', name: 'versions', help: 'string version, string reference, string node' },
    handle: () => ({
      version: VISORD_VERSION,
      reference: SUPERVISOR_VERSION,
      node: process.versions.node,
    }),
  }),
];
