/**
 * All methods that come with the daemon, by namespace: for the reference page and for `npm run compat`.
 *
 * @module
 */
import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../config/sections/rpc-interfaces.ts';
import type { DocumentedMethod } from './method.ts';
import { CACHE_METHODS } from './plugins/cache.ts';
import { TWIDDLER_METHODS } from './plugins/twiddler.ts';
import { SUPERVISOR_METHODS } from './supervisor/methods.ts';
import { SYSTEM_METHODS } from './system/methods.ts';
import { VISORD_METHODS, VISORD_NAMESPACE } from './visord/methods.ts';

export interface Namespace {
  /** The name that sections usually give it. */
  readonly name: string;
  /** The factory of the section that has it; null where it needs no section. */
  readonly factory: string | null;
  readonly help: string;
  readonly methods: readonly DocumentedMethod[];
}

/** In the order of the reference page. */
export const NAMESPACES: readonly Namespace[] = [
  {
    name: 'supervisor',
    factory: MAIN_RPC_FACTORY,
    help: 'The methods of supervisord. They need the section `[rpcinterface:supervisor]`.',
    methods: SUPERVISOR_METHODS,
  },
  {
    name: VISORD_NAMESPACE,
    factory: MAIN_RPC_FACTORY,
    help: 'Methods that supervisord does not have. The section `[rpcinterface:supervisor]` has them too.',
    methods: VISORD_METHODS,
  },
  {
    name: 'system',
    factory: null,
    help: 'Methods that describe all methods, and one that makes several calls in one request. They need no section.',
    methods: SYSTEM_METHODS,
  },
  {
    name: 'twiddler',
    factory: TWIDDLER_RPC_FACTORY,
    help: `The methods of the Python package supervisor_twiddler, which need not be installed. If the section has a \`whitelist\`, a
call of a method that is not in it has fault 230.`,
    methods: TWIDDLER_METHODS,
  },
  {
    name: 'cache',
    factory: CACHE_RPC_FACTORY,
    help: 'The methods of the Python package supervisor_cache, which need not be installed. The values are lost when the daemon exits.',
    methods: CACHE_METHODS,
  },
];
