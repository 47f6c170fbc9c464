/**
 * The `[eventlistener:x]` sections: pools of programs that receive events.
 *
 * @module
 */
import { POOL_OPTIONS } from '../tables/program-options.ts';
import { sectionReader } from '../tables/section-reader.ts';
import type { Scope } from '../text/expansion.ts';
import type { GroupConfig } from '../types.ts';
import { type ReadContext, readProgram } from './programs.ts';

const PREFIX = 'eventlistener:';

/** Reads one pool. @throws ConfigError */
export function readEventListeners(context: ReadContext, section: string, scope: Scope): GroupConfig {
  const name = section.slice(PREFIX.length);
  const pool = sectionReader(context, section, POOL_OPTIONS).config(() => scope);
  return { name, ...pool, processes: readProgram(context, section, { group: name, isMember: false }) };
}
