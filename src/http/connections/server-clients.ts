/**
 * The clients of one server, and which of them makes room for another one.
 *
 * @module
 */

/** What the queue of a server needs from a connection. */
export interface Client {
  /** It has sent a whole request that the server's authentication accepted. */
  readonly isKnown: boolean;
  readonly isIdle: boolean;
  /** A request, or the rest of one, is still to come. */
  readonly isAwaited: boolean;
  readonly isBeingSent: boolean;
  /** How much memory the part of a request takes that has arrived. */
  readonly heldBytes: number;
  close(): void;
}

export class ServerClients {
  /** The server's section. */
  readonly section: string;
  /** A warning about the crowd has been logged, and there was not room for many since. */
  isCrowded = false;
  /** The same for a warning about refused clients. */
  isFull = false;
  /** In the order in which they connected. */
  readonly #all = new Set<Client>();
  readonly #unknown = new Set<Client>();
  /** The longest idle first. */
  readonly #idle = new Set<Client>();

  constructor(section: string) {
    this.section = section;
  }

  get count(): number {
    return this.#all.size;
  }

  joined(client: Client): void {
    this.#all.add(client);
    this.#unknown.add(client);
  }

  left(client: Client): void {
    this.#all.delete(client);
    this.#unknown.delete(client);
    this.#idle.delete(client);
  }

  moved(client: Client): void {
    if (client.isKnown) this.#unknown.delete(client);
    this.#idle.delete(client);
    if (client.isIdle) this.#idle.add(client);
  }

  /**
   * Closes one client: the oldest that is not known, else the one that has been idle longest, else the oldest with
   * an incomplete request. Clients that wait for an answer or follow a log are not closed; false if all do.
   */
  makeRoom(): boolean {
    return this.dropUnknown() || dropFirst(this.#idle) || this.#dropAwaited();
  }

  /** Closes the oldest client that is not known, but not the spared one; false if all are known. */
  dropUnknown(spared: Client | null = null): boolean {
    for (const client of this.#unknown) {
      if (client !== spared) {
        client.close();
        return true;
      }
    }
    return false;
  }

  #dropAwaited(): boolean {
    for (const client of this.#all) {
      if (client.isAwaited) {
        client.close();
        return true;
      }
    }
    return false;
  }
}

function dropFirst(clients: ReadonlySet<Client>): boolean {
  for (const client of clients) {
    client.close();
    return true;
  }
  return false;
}
