/**
 * The `[eventlistener:x]` sections: pools of programs that are told what happens.
 *
 * @module
 */
import { type EventType, isEventType } from '../tables/event-types.ts';
import { sectionReader } from '../tables/option.ts';
import { EVENT_LISTENER_OPTIONS } from '../tables/program-options.ts';
import type { Scope } from '../text/expansion.ts';
import { ConfigError, type GroupConfig } from '../types.ts';
import { resolvePlugin } from './plugin-spec.ts';
import { type ReadContext, readProgram } from './programs.ts';

const PREFIX = 'eventlistener:';

/** The reference's own handler, which is built in. */
const DEFAULT_HANDLER = 'supervisor.dispatchers:default_handler';

/** Reads one pool; the order of the keys is the order in which the reference finds what is wrong. @throws ConfigError */
export function readEventListeners(context: ReadContext, section: string, scope: Scope): GroupConfig {
  const name = section.slice(PREFIX.length);
  const reader = sectionReader(context.source, section, EVENT_LISTENER_OPTIONS, context.host);
  const priority = reader.value('priority', scope);
  const bufferSize = reader.value('buffer_size', scope);
  if (bufferSize < 1) {
    throw new ConfigError(`[${section}] section sets invalid buffer_size (${bufferSize})`);
  }
  const handler = reader.value('result_handler', scope);
  const resultHandler = handler === DEFAULT_HANDLER ? null : resolvePlugin(handler, section, context.file);
  const events = readEvents(reader.value('events', scope) ?? [], section);
  if (reader.value('redirect_stderr', scope)) {
    throw new ConfigError(
      `[${section}] section sets redirect_stderr=true but this is not allowed because it will interfere ` +
        'with the eventlistener protocol',
    );
  }
  const processes = readProgram(context, section, name);
  return { name, priority, processes, pool: { bufferSize, events, resultHandler } };
}

function readEvents(names: readonly string[], section: string): readonly EventType[] {
  if (names.length === 0) {
    throw new ConfigError(`[${section}] section requires an "events" line`);
  }
  const types = names.map((name) => {
    const type = name.toUpperCase();
    if (!isEventType(type)) {
      throw new ConfigError(`Unknown event type ${type} in [${section}] events`);
    }
    return type;
  });
  return [...new Set(types)].sort();
}
