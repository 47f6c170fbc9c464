/**
 * The events of one client. It has no queue of its own: a slow client goes on from the events that the recorder
 * keeps for all clients, so that it costs no more memory than any other.
 *
 * @module
 */
import type { EventType } from '../../config/tables/event-types.ts';
import type { Response } from '../messages/response.ts';
import { type EventRecord, firstMessage, HEARTBEAT, streamMessage } from './event-record.ts';
import { type EventReader, type EventRecorder, HEARTBEAT_MS } from './event-recorder.ts';
import { MAX_BYTES, MAX_EVENTS } from './event-ring.ts';

/** How long a client may read nothing, in heartbeats. */
const PATIENCE_HEARTBEATS = 4;
/** How long clients wait before they connect again, in milliseconds. */
const RETRY_MS = 2000;

export interface EventStreamOptions {
  readonly response: Response;
  readonly recorder: EventRecorder;
  readonly types: ReadonlySet<EventType>;
  /** Whether the client may see an event. */
  readonly sees: (record: EventRecord) => boolean;
  /** The id of the last event that it has got on an earlier connection; null for a new client. */
  readonly lastEventId: string | null;
  /** The client is too slow, and is disconnected. */
  onDropped(reason: string): void;
}

/** Sends events on a response that has begun, until the client is gone. */
export function streamEvents(options: EventStreamOptions): void {
  const stream = new EventStream(options);
  const leave = options.recorder.add(stream);
  stream.begin(leave);
}

class EventStream implements EventReader {
  readonly types: ReadonlySet<EventType>;
  readonly #options: EventStreamOptions;
  #leave: () => void = () => {};
  /** The last event that was sent, or that the client may not see. */
  #lastId = 0;
  /** The id up to which the client knows that events are missing. */
  #reportedId = 0;
  #isBehind = false;
  #idleBeats = 0;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.types = options.types;
  }

  begin(leave: () => void): void {
    const { response, recorder, lastEventId } = this.#options;
    this.#leave = leave;
    response.onGone(leave);
    response.onDrain(() => {
      this.#isBehind = false;
      this.#idleBeats = 0;
      if (recorder.missingUpTo(this.types) > Math.max(this.#lastId, this.#reportedId)) {
        this.#drop(`The client is more than ${MAX_EVENTS} events or ${MAX_BYTES} bytes behind.`);
      } else this.#catchUp();
    });
    const known = lastEventId === null ? recorder.lastId : recorder.readId(lastEventId);
    this.#lastId = known ?? 0;
    this.#write(firstMessage(recorder.idText(this.#lastId), RETRY_MS));
    const missing = recorder.missingUpTo(this.types);
    if (known === null || missing > known) {
      this.#reportedId = missing;
      this.#write(
        streamMessage('lost', 'Events between the last connection and this one are not available.'),
      );
    }
    this.#catchUp();
  }

  take(record: EventRecord): void {
    if (!this.#isBehind) this.#send(record);
  }

  beat(): void {
    if (!this.#isBehind) {
      this.#write(HEARTBEAT);
      return;
    }
    this.#idleBeats += 1;
    if (this.#idleBeats >= PATIENCE_HEARTBEATS) {
      this.#drop(`The client has read nothing for ${(PATIENCE_HEARTBEATS * HEARTBEAT_MS) / 1000} seconds.`);
    }
  }

  #catchUp(): void {
    const { recorder } = this.#options;
    while (!this.#isBehind) {
      const record = recorder.next(this.types, this.#lastId);
      if (record === null) return;
      this.#send(record);
    }
  }

  #send(record: EventRecord): void {
    this.#lastId = record.id;
    if (this.#options.sees(record)) this.#write(record.message);
  }

  #write(message: Buffer): void {
    if (!this.#options.response.write(message)) this.#isBehind = true;
  }

  #drop(reason: string): void {
    const { response, onDropped } = this.#options;
    this.#leave();
    onDropped(reason);
    response.write(streamMessage('dropped', reason));
    response.end();
  }
}
