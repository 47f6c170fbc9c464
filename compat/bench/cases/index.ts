/**
 * All cases, in the order in which they are measured and shown.
 *
 * @module
 */
import type { Case } from '../figure.ts';
import { big } from './big.ts';
import { calls } from './calls.ts';
import { checks } from './checks.ts';
import { client } from './client.ts';
import { crowd } from './crowd.ts';
import { events } from './events.ts';
import { few } from './few.ts';
import { graph } from './graph.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { logCompression } from './log-compression.ts';
import { logCrowd } from './log-crowd.ts';
import { logBlocks, logBulk, logJson, logLines, logText } from './log-floods.ts';
import { logFormats } from './log-formats.ts';
import { many } from './many.ts';
import { idleMemory } from './memory.ts';
import { restart } from './restart.ts';
import { startProcess } from './start-process.ts';

export const cases: readonly Case[] = [
  restart,
  startProcess,
  many,
  few,
  idleMemory,
  calls,
  events,
  crowd,
  logLines,
  logBlocks,
  logBulk,
  logText,
  logJson,
  logFormats,
  logCrowd,
  logCompression,
  idle,
  client,
  graph,
  checks,
  big,
  growth,
];
