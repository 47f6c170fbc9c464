/**
 * etcd's messages in JSON: keys and values are base64, whole numbers of 64 bits are strings, and zero, false and the
 * empty list are left out.
 *
 * @module
 */
import type { EngineChange, EngineEntry } from './engine.ts';

/** An object of JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** @param text UTF-8 */
export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The first key, in the order of bytes, that does not begin with the prefix any longer: the end of a range. */
export function endOfPrefix(prefix: string): string {
  const bytes = Buffer.from(prefix);
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0xff)
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte + 1])]).toString('base64');
  }
  // A zero byte stands for the end of all keys.
  return Buffer.from([0]).toString('base64');
}

/** The end of a range that begins just after the key. */
export function afterKey(key: string): string {
  return Buffer.concat([Buffer.from(key), Buffer.from([0])]).toString('base64');
}

export function parseMessage(text: string): Message | null {
  try {
    return asMessage(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The object of that name; an empty one where there is none. */
export function inner(message: Message, name: string): Message {
  return asMessage(message[name]) ?? {};
}

export function list(message: Message, name: string): readonly Message[] {
  const value = message[name];
  return Array.isArray(value) ? value.map((each) => asMessage(each) ?? {}) : [];
}

/** Empty where there is none. */
export function string(message: Message, name: string): string {
  const value = message[name];
  return typeof value === 'string' ? value : '';
}

export function isTrue(message: Message, name: string): boolean {
  return message[name] === true;
}

/** Zero where there is none. */
export function integer(message: Message, name: string): bigint {
  const value = message[name];
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

/** A key with its value, of a range or a watch. */
export function entryOf(pair: Message): EngineEntry {
  const lease = integer(pair, 'lease');
  return {
    key: fromBase64(string(pair, 'key')),
    value: fromBase64(string(pair, 'value')),
    createRevision: integer(pair, 'create_revision'),
    modRevision: integer(pair, 'mod_revision'),
    lease: lease === 0n ? null : String(lease),
  };
}

/** @param event of a watch */
export function changeOf(event: Message): EngineChange {
  const pair = inner(event, 'kv');
  const entry = entryOf(pair);
  return event.type === 'DELETE'
    ? { type: 'removed', key: entry.key, revision: entry.modRevision }
    : { type: 'put', entry };
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}

function asMessage(value: unknown): Message | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : null;
}
