/**
 * `GET /api/events`: the events of the daemon as they occur, as server-sent events.
 *
 * @module
 */
import { type EventType, isEventType } from '../../config/tables/event-types.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { peerText } from '../audit-trail.ts';
import type { Exchange } from '../messages/exchange.ts';
import type { ApiContext } from './api-context.ts';
import { EventRecorder, leavesOf } from './event-recorder.ts';
import { eventFilter } from './event-rights.ts';
import { streamEvents } from './event-stream.ts';
import { sendProblem } from './json-answers.ts';

/** One for all servers of a daemon. */
const recorders = new WeakMap<SupervisorView, EventRecorder>();

/**
 * `?types=` has names as `events=` of an event listener, separated by commas; all types without it. The header
 * `Last-Event-ID` has the events since then sent first.
 */
export function answerEvents(
  { request, response, caller, peer, query }: Exchange,
  { supervisor }: ApiContext,
): void {
  const names = typeNames(new URLSearchParams(query));
  const unknown = names.find((name) => !isEventType(name));
  if (unknown !== undefined) {
    sendProblem(response, 400, `There is no event type ${JSON.stringify(unknown)}.`);
    return;
  }
  response.begin(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  if (request.method === 'HEAD') return;
  streamEvents({
    response,
    recorder: recorderOf(supervisor),
    types: leavesOf(new Set(names.filter(isEventType))),
    sees: eventFilter(caller, supervisor),
    lastEventId: request.headers.get('last-event-id') ?? null,
    onDropped: (reason) => supervisor.log.warn(`event stream of ${peerText(peer)}: disconnected: ${reason}`),
  });
}

function typeNames(parameters: URLSearchParams): string[] {
  const names = parameters
    .getAll('types')
    .flatMap((list) => list.split(','))
    .map((name) => name.trim().toUpperCase())
    .filter((name) => name !== '');
  const all: readonly EventType[] = ['EVENT', 'VISORD_EVENT'];
  return names.length === 0 ? [...all] : names;
}

function recorderOf(supervisor: SupervisorView): EventRecorder {
  const recorder = recorders.get(supervisor) ?? new EventRecorder(supervisor);
  recorders.set(supervisor, recorder);
  return recorder;
}
