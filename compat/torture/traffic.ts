/**
 * Clients that go on all the time: requests on connections of their own, and numbered events for the listener.
 *
 * @module
 */
import { type Bed, readIfThere, Violation } from './bed.ts';

const PAUSE_MS = 15;

export interface TrafficCheck {
  /** What has not been delivered yet, or null. @throws Violation for what never will be */
  check(): string | null;
}

export class Traffic implements TrafficCheck {
  readonly #bed: Bed;
  #isStopped = false;
  #ended: Promise<void> = Promise.resolve();
  /** False while a fault ends the daemon, or loses the event that the listener handles. */
  #isStrict = true;
  #sent = 0;
  #refusal: string | null = null;
  #heardUpTo = 0;
  #last = 0;
  /** An event that was sent after the fault; from there on none may be missing. */
  #mark = 0;

  requests = 0;
  events = 0;

  constructor(bed: Bed) {
    this.#bed = bed;
  }

  begin(): void {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  /** From now on, and until all is quiet, requests may fail and events may be lost. */
  allowLoss(): void {
    this.#isStrict = false;
  }

  /** The fault is over: what is sent from now on must be delivered. */
  recover(): void {
    this.#mark = this.#isStrict ? this.#sent : this.#sent + 1;
  }

  settle(): void {
    this.#isStrict = true;
  }

  check(): string | null {
    if (this.#refusal !== null) throw new Violation(`a request was not answered: ${this.#refusal}`);
    const text = readIfThere(this.#bed.path('heard'));
    const whole = text.lastIndexOf('\n') + 1;
    const numbers = text.slice(this.#heardUpTo, whole).split('\n').slice(0, -1).map(Number);
    this.#heardUpTo = whole;
    for (const number of numbers) this.#take(number);
    return this.#last < this.#mark ? `event ${this.#mark} has not been delivered` : null;
  }

  #take(number: number): void {
    if (number <= this.#last && this.#isStrict) {
      throw new Violation(`event ${number} was delivered after event ${this.#last}`);
    }
    if (number > this.#last + 1 && this.#isStrict) {
      throw new Violation(`events ${this.#last + 1} to ${number - 1} were not delivered`);
    }
    this.#last = Math.max(this.#last, number);
    this.events += 1;
  }

  async #run(): Promise<void> {
    for (let number = 1; !this.#isStopped; number += 1) {
      try {
        await this.#bed.ask('sendRemoteCommEvent', ['torture', `number=${number}`]);
        this.#sent = number;
        this.requests += 1;
      } catch (error) {
        if (this.#isStrict) this.#refusal ??= (error as Error).message;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
