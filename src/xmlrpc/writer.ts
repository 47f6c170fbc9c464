/**
 * Writes requests and answers, in the same bytes as Python's `xmlrpc.client.dumps` (some clients
 * scrape answers with regular expressions). The serializer of the `xmlrpc` package writes the same values in other bytes,
 * and takes thirty times as long for the states of a thousand processes; a property test compares the two.
 *
 * @module
 */
import { Double, RenderedValue, type RpcValue } from './values.ts';

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

const CALL_HEAD = "<?xml version='1.0'?>\n<methodCall>\n";
const CALL_TAIL = '</params>\n</methodCall>\n';
const RESPONSE_HEAD = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n";
const RESPONSE_TAIL = '</param>\n</params>\n</methodResponse>\n';
const FAULT_HEAD = "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n";
const FAULT_TAIL = '</fault>\n</methodResponse>\n';

/** Code points that XML 1.0 cannot carry, not even as a reference (XML 1.0, production 2). */
const ILLEGAL = '\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\uD800-\\uDFFF\\uFFFE\\uFFFF';
const TO_ESCAPE = new RegExp(`[&<>${ILLEGAL}]`, 'u');
const EACH_TO_ESCAPE = new RegExp(TO_ESCAPE.source, 'gu');
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The body of a request. @throws RangeError for a number that is not an int of 32 bits */
export function writeCall(method: string, params: readonly RpcValue[]): string {
  const tooLarge = params.find((param) => typeof param === 'number' && (param | 0) !== param);
  if (tooLarge !== undefined)
    throw new RangeError(`${tooLarge} does not fit into a number of XML-RPC (32 bits)`);
  const rendered = params.map((param) => `<param>\n${renderValue(param)}</param>\n`).join('');
  return `${CALL_HEAD}<methodName>${escapeText(method)}</methodName>\n<params>\n${rendered}${CALL_TAIL}`;
}

/** The whole answer of a method that succeeded. */
export function writeResponse(value: RpcValue): Buffer {
  const known = value instanceof RenderedValue ? value.response : null;
  return known ?? Buffer.from(RESPONSE_HEAD + renderValue(value) + RESPONSE_TAIL);
}

/** The whole answer of a method that failed. */
export function writeFault(code: number, text: string): Buffer {
  return Buffer.from(FAULT_HEAD + renderValue({ faultCode: code, faultString: text }) + FAULT_TAIL);
}

/** One value, from `<value>` to `</value>` and a line end. */
export function renderValue(value: RpcValue): string {
  if (typeof value === 'string') return `<value><string>${escapeText(value)}</string></value>\n`;
  if (typeof value === 'number') return renderNumber(value);
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>\n`;
  if (value instanceof RenderedValue) return value.xml;
  if (value instanceof Double) return renderDouble(value.value);
  if (isArray(value)) return renderArray(value.map(renderValue).join(''));
  let members = '';
  for (const [name, member] of Object.entries(value)) members += renderMember(name, renderValue(member));
  return renderStruct(members);
}

/** An array around items that are rendered already. */
export function renderArray(items: string): string {
  return `<value><array><data>\n${items}</data></array></value>\n`;
}

/** A struct around members that are rendered already. */
export function renderStruct(members: string): string {
  return `<value><struct>\n${members}</struct></value>\n`;
}

/** One member of a struct around a value that is rendered already. */
export function renderMember(name: string, value: string): string {
  return `<member>\n<name>${escapeText(name)}</name>\n${value}</member>\n`;
}

/** Text for XML. Characters that XML cannot carry, such as ESC or NUL in a log, become U+FFFD. */
export function escapeText(text: string): string {
  if (!TO_ESCAPE.test(text)) return text;
  return text.replace(EACH_TO_ESCAPE, (character) => ENTITIES[character] ?? '\uFFFD');
}

/** A number as an XML-RPC int: whole, and capped to 32 bits. */
export function cappedInt(value: number): number {
  return Math.min(MAX_INT, Math.max(MIN_INT, Math.trunc(value)));
}

function renderNumber(value: number): string {
  if (Number.isInteger(value)) return `<value><int>${cappedInt(value)}</int></value>\n`;
  return renderDouble(value);
}

function renderDouble(value: number): string {
  return `<value><double>${value}</double></value>\n`;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: RpcValue): value is readonly RpcValue[] {
  return Array.isArray(value);
}
