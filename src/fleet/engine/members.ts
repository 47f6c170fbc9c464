/**
 * The members of one etcd: calls go to one of them, and to the next where it fails.
 *
 * @module
 */
import { type Message, string } from './encoding.ts';
import { EngineError, type EngineSettings } from './engine.ts';
import { errorOf, isAuthenticationOff, isStaleToken } from './etcd-errors.ts';
import { type Member, openMember } from './member.ts';

/** A way to one member, for requests that have to go to the same one. */
export interface Session {
  readonly member: Member;
  /** Whether an earlier member of this call may have carried it out, without an answer. */
  readonly isRepeated: boolean;
  /** @throws EngineError */
  ask(path: string, body: Message): Promise<Message>;
}

export interface Members {
  /**
   * Runs the function with a member. If it throws `unreachable`, runs it with the next member, until it succeeds or
   * the time limit of a call has passed.
   */
  use<Result>(run: (session: Session) => Promise<Result>): Promise<Result>;
  /** As {@link use}, with the member of a watch only, within a third of the limit. */
  probe(member: Member, path: string, body: Message): Promise<void>;
  /** The member that calls go to, and the token for it. */
  current(): Promise<{ readonly member: Member; readonly token: string | null }>;
  /** Called with a member that did not answer, or has no majority. @returns ends that */
  onFailure(listener: (member: Member, reason: EngineError) => void): () => void;
  close(): void;
}

/** Between two rounds of all members. */
const PAUSE_MS = 100;
/** How many members a call can wait for within its limit. */
const SILENT_MEMBERS = 3;

export function openMembers({ members: addresses, tls, user, timeoutMs }: EngineSettings): Members {
  const members = addresses.map((each) => openMember(each, tls));
  const listeners = new Set<(member: Member, reason: EngineError) => void>();
  const attemptMs = timeoutMs / SILENT_MEMBERS;
  const closing = new AbortController();
  // Nodes spread over the members.
  let index = Math.floor(Math.random() * members.length);
  let token: Promise<string | null> | null = null;

  const memberAt = (at: number): Member => {
    const member = members[at % members.length];
    if (member === undefined) throw new EngineError('refused', 'etcd without members');
    return member;
  };
  const refuseClosed = (): void => {
    if (closing.signal.aborted) throw new EngineError('unreachable', 'the connection to etcd is closed');
  };

  const authenticate = async (member: Member, limitMs: number): Promise<string | null> => {
    if (user === null) return null;
    const { name, password } = user;
    const { body, refusal } = await member.ask('/v3/auth/authenticate', { name, password }, limitMs, null);
    if (refusal === null) return string(body, 'token');
    if (isAuthenticationOff(refusal)) return null;
    throw errorOf(refusal, member.address);
  };
  /** One authentication serves all calls: etcd spends a tenth of a second of a processor on each. */
  const tokenFrom = (member: Member, limitMs: number): Promise<string | null> => {
    if (token !== null) return token;
    const asked = authenticate(member, limitMs);
    token = asked;
    asked.catch(() => {
      if (token === asked) token = null;
    });
    return asked;
  };

  const ask = async (member: Member, path: string, message: Message, untilMs: number): Promise<Message> => {
    for (let isSecond = false; ; isSecond = true) {
      refuseClosed();
      const limitMs = Math.max(1, Math.min(attemptMs, untilMs - performance.now()));
      const used = tokenFrom(member, limitMs);
      const authorization = await used;
      refuseClosed();
      const { body, refusal } = await member.ask(path, message, limitMs, authorization);
      if (refusal === null) return body;
      if (user === null || isSecond || !isStaleToken(refusal)) throw errorOf(refusal, member.address);
      if (token === used) token = null;
    }
  };

  const failed = (member: Member, reason: EngineError): void => {
    if (member === memberAt(index)) index = (index + 1) % members.length;
    for (const listener of [...listeners]) listener(member, reason);
  };

  return {
    use: async (run) => {
      const untilMs = performance.now() + timeoutMs;
      const reasons = new Map<string, string>();
      for (let attempt = 1; ; attempt += 1) {
        refuseClosed();
        const member = memberAt(index);
        const isCutShort = untilMs - performance.now() < attemptMs;
        try {
          return await run({
            member,
            isRepeated: attempt > 1,
            ask: (path, body) => ask(member, path, body, untilMs),
          });
        } catch (error) {
          if (!isUnreachable(error)) throw error;
          refuseClosed();
          failed(member, error);
          // The end of the time limit hides the reason of a member that was asked for less long than the others.
          if (!isCutShort || !reasons.has(member.address)) reasons.set(member.address, error.message);
          const isRoundOver = attempt % members.length === 0;
          if (performance.now() + (isRoundOver ? PAUSE_MS : 0) >= untilMs) {
            throw new EngineError('unreachable', [...reasons.values()].join('; '));
          }
          if (isRoundOver) await pause(PAUSE_MS, closing.signal);
        }
      }
    },
    probe: async (member, path, body) => {
      try {
        await ask(member, path, body, performance.now() + attemptMs);
      } catch (error) {
        // Any other answer shows that the member is alive.
        if (isUnreachable(error) && !closing.signal.aborted) failed(member, error);
      }
    },
    current: async () => {
      const member = memberAt(index);
      return { member, token: await tokenFrom(member, attemptMs) };
    },
    onFailure: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closing.abort();
      for (const member of members) member.close();
    },
  };
}

function isUnreachable(error: unknown): error is EngineError {
  return error instanceof EngineError && error.kind === 'unreachable';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
