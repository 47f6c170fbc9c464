/**
 * Python packages that configurations name, and how the daemon treats each.
 *
 * @module
 */

import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../../config/sections/rpc-interfaces.ts';
import { DEFAULT_RESULT_HANDLER } from '../../config/tables/listener-values.ts';
import { isBuiltIn } from '../../ctl/plugins/factories.ts';
import { entryPointText } from '../../python/entry-point.ts';
import type { FindingKind, Found } from '../finding.ts';
import { knownSections, type Subject } from '../subject.ts';

/** Packages whose function is built in. */
export const SERVED_PACKAGES = [
  'supervisor_twiddler',
  'supervisor_cache',
  'supervisor_stdout',
  'supervisor_quick',
  'supervisor-wildcards',
] as const;

const FACTORY = 'supervisor.rpcinterface_factory';
const CTL_FACTORY = 'supervisor.ctl_factory';
const HANDLER = 'result_handler';
const BUILT_IN_INTERFACES: ReadonlySet<string> = new Set([TWIDDLER_RPC_FACTORY, CACHE_RPC_FACTORY]);
const UNREMARKABLE: ReadonlySet<string> = new Set([MAIN_RPC_FACTORY, DEFAULT_RESULT_HANDLER]);

export const PYTHON_PACKAGES: readonly FindingKind[] = [
  {
    id: 'built-in-plugin',
    severity: 'note',
    looksFor: 'A Python package whose function is built in: it is used without Python.',
    docs: 'plugins.md',
    find: builtIn,
  },
  {
    id: 'python-ctlplugin',
    severity: 'error',
    looksFor: 'A `[ctlplugin:x]` that is a Python module: `supervisorctl` of visord does not start with it.',
    docs: 'plugins.md',
    find: pythonPlugins,
  },
];

function* builtIn(subject: Subject): Iterable<Found> {
  for (const { section, kind, texts } of knownSections(subject)) {
    for (const key of [FACTORY, CTL_FACTORY, HANDLER]) {
      const text = texts.get(key);
      if (text !== undefined && isServed(kind, key, entryPointText(text))) {
        yield { section, key, message: `${text} is built in; the Python package is not used.` };
      }
    }
  }
}

function isServed(kind: string, key: string, name: string): boolean {
  if (UNREMARKABLE.has(name)) return false;
  if (key === CTL_FACTORY) return kind === 'ctlplugin' && isBuiltIn(name);
  if (key === FACTORY) return BUILT_IN_INTERFACES.has(name);
  return kind === 'eventlistener' && name === 'supervisor_stdout:event_handler';
}

function* pythonPlugins(subject: Subject): Iterable<Found> {
  for (const { section, kind, texts } of knownSections(subject)) {
    const text = texts.get(CTL_FACTORY);
    if (kind === 'ctlplugin' && text !== undefined && !isBuiltIn(text)) {
      yield {
        section,
        key: CTL_FACTORY,
        message: `${text} is a Python module, which supervisorctl of visord cannot load. Without the section everything else works.`,
      };
    }
  }
}
