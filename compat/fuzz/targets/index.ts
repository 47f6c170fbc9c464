/**
 * All targets, in the order in which they run.
 *
 * @module
 */
import type { Target } from '../fuzz.ts';
import { client } from './client.ts';
import { configuration } from './configuration.ts';
import { httpParser } from './http-parser.ts';
import { httpServer } from './http-server.ts';
import { journal } from './journal.ts';
import { listener } from './listener.ts';
import { xmlrpc } from './xmlrpc.ts';

export const TARGETS: readonly Target[] = [
  httpParser,
  httpServer,
  xmlrpc,
  configuration,
  listener,
  journal,
  client,
];
