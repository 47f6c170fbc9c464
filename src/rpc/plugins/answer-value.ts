/**
 * The result of a plugin's method as an XML-RPC value.
 *
 * @module
 */
import { RenderedValue, type RpcValue } from '../../xmlrpc/values.ts';

/** The result of a method has no form in XML-RPC; the message names the part. */
export class UnanswerableError extends Error {
  override readonly name = 'UnanswerableError';
}

/** How deeply arrays and structs may be nested. */
const MAX_DEPTH = 100;

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/**
 * A value of a method: text, numbers, booleans, dates, bytes, and arrays and plain objects of them. A whole number
 * of 32 bits is an int, every other one a double.
 *
 * @throws UnanswerableError for what XML-RPC cannot carry: null, undefined, functions, NaN, cycles, other objects
 */
export function answerValue(value: unknown): RpcValue {
  return convert(value, 'the result', []);
}

function convert(value: unknown, where: string, outer: readonly object[]): RpcValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return convertNumber(value, where);
    case 'object':
      if (value !== null) return convertObject(value, where, outer);
  }
  throw unanswerable(where, value === null ? 'null' : typeof value);
}

function convertNumber(value: number, where: string): RpcValue {
  if (!Number.isFinite(value)) throw unanswerable(where, String(value));
  if (!Number.isInteger(value) || (value >= MIN_INT && value <= MAX_INT)) return value;
  return new RenderedValue(`<value><double>${value}</double></value>\n`, () => value);
}

function convertObject(value: object, where: string, outer: readonly object[]): RpcValue {
  if (value instanceof RenderedValue) return value;
  if (value instanceof Date) return renderDate(value, where);
  if (value instanceof Uint8Array) return renderBytes(value);
  if (outer.includes(value)) throw unanswerable(where, 'a value inside itself');
  if (outer.length >= MAX_DEPTH) throw unanswerable(where, 'nested too deeply');
  const inner = [...outer, value];
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => convert(item, `${where}[${index}]`, inner));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw unanswerable(where, `an object of class ${value.constructor?.name ?? 'unknown'}`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, convert(member, `${where}.${name}`, inner)]),
  );
}

/** In local time without a zone, which is how requests are read. */
function renderDate(date: Date, where: string): RenderedValue {
  if (Number.isNaN(date.getTime())) throw unanswerable(where, 'a date that is none');
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return new RenderedValue(`<value><dateTime.iso8601>${day}T${time}</dateTime.iso8601></value>\n`, () =>
    date.toISOString(),
  );
}

function renderBytes(bytes: Uint8Array): RenderedValue {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return new RenderedValue(`<value><base64>\n${text}\n</base64></value>\n`, () => text);
}

function unanswerable(where: string, what: string): UnanswerableError {
  return new UnanswerableError(`${where} is ${what}, which XML-RPC cannot carry`);
}
