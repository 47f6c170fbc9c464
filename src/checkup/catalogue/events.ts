/**
 * Differences in events and listeners.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const EVENT_DIFFERENCES = {
  'last-stop-event': {
    kind: 'better',
    supervisord: 'While the daemon ends, listeners do not get the event of the last program that stops.',
    visord: 'Listeners get the event of every program before they are stopped themselves.',
    why: 'A listener that reports stops missed the last one.',
    since: '0.1.0',
  },
  'visord-events': {
    kind: 'addition',
    supervisord: 'An event type of visord, as VISORD_EVENT, is unknown, and an error.',
    visord:
      'Listeners of VISORD_EVENT learn when a process becomes healthy or unhealthy; EVENT does not include them.',
    why: 'A listener that restarts or reports need not probe by itself.',
    since: '0.2.0',
  },
  'refused-event': {
    kind: 'better',
    supervisord: 'An event that a listener refuses goes to every pool of the same priority again.',
    visord: 'A refused event goes back to its own pool only.',
    why: 'Other pools handled one event several times.',
    since: '0.1.0',
  },
  'refused-event-order': {
    kind: 'better',
    supervisord: 'Events that other pools refuse come among the events of a pool, and some come twice.',
    visord: 'The events of a pool come in order, and none twice.',
    why: 'A listener can rely on serial numbers that grow.',
    since: '0.1.0',
  },
} as const satisfies Differences;
