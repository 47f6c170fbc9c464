/**
 * Delivers events to the subscribers of their type, at once and in order.
 *
 * @module
 */

import { type EventType, isSubscribed } from '../config/tables/event-types.ts';
import { counters } from '../io/counters.ts';
import type { SupervisorEvent } from './event.ts';

export type EventSubscriber = (event: SupervisorEvent) => void;

interface Subscription {
  readonly types: ReadonlySet<EventType>;
  readonly subscriber: EventSubscriber;
}

export class EventBus {
  readonly #subscriptions = new Set<Subscription>();
  readonly #wanted = new Map<EventType, boolean>();

  /** Whether this type has a subscriber: an event without one need not be made. */
  isWanted(type: EventType): boolean {
    let isWanted = this.#wanted.get(type);
    if (isWanted === undefined) {
      isWanted = [...this.#subscriptions].some(({ types }) => isSubscribed(types, type));
      this.#wanted.set(type, isWanted);
    }
    return isWanted;
  }

  /** Makes and publishes an event if its type has a subscriber. */
  publish(type: EventType, make: () => SupervisorEvent): void {
    if (!this.isWanted(type)) {
      return;
    }
    const event = make();
    counters.events += 1;
    for (const { types, subscriber } of [...this.#subscriptions]) {
      if (isSubscribed(types, type)) {
        subscriber(event);
      }
    }
  }

  /** Calls the subscriber for events of these types and those below them, until the returned function is called. */
  subscribe(types: ReadonlySet<EventType>, subscriber: EventSubscriber): () => void {
    const subscription = { types, subscriber };
    this.#subscriptions.add(subscription);
    this.#wanted.clear();
    return () => {
      this.#subscriptions.delete(subscription);
      this.#wanted.clear();
    };
  }
}
