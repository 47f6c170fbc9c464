/**
 * The elements of a request, and the form of their text.
 *
 * @module
 */
import { decimalInteger, strip } from '../python/text.ts';
import { MalformedRequestError } from './malformed-request.ts';

/** Elements that hold a value of their own. */
const TYPES = [
  'int',
  'i4',
  'i8',
  'boolean',
  'string',
  'double',
  'dateTime.iso8601',
  'base64',
  'nil',
  'array',
  'struct',
] as const;

interface Content {
  readonly children: ReadonlySet<string>;
  readonly min: number;
  readonly max: number;
}

/** What each element may contain; elements that are not here contain text only. */
const CONTENT: ReadonlyMap<string, Content> = new Map([
  ['methodCall', content(['methodName', 'params'], 0, 2)],
  ['params', content(['param'], 0, Number.POSITIVE_INFINITY)],
  ['param', content(['value', ...TYPES], 1, 1)],
  ['value', content(TYPES, 0, 1)],
  ['array', content(['data'], 1, 1)],
  ['data', content(['value'], 0, Number.POSITIVE_INFINITY)],
  ['struct', content(['member'], 0, Number.POSITIVE_INFINITY)],
  ['member', content(['name', 'value'], 2, 2)],
]);

/**
 * What an element is read as: within a value, an unknown type is a string, as in the reference.
 *
 * @param index number of elements before it in its parent
 * @throws MalformedRequestError when it may not stand there
 */
export function checkChild(parent: string | undefined, child: string, index: number): string {
  if (parent === undefined) {
    if (child !== 'methodCall' || index > 0)
      throw new MalformedRequestError(`<${child}> is not a method call`);
    return child;
  }
  const allowed = CONTENT.get(parent);
  const isText = parent === 'value' && !allowed?.children.has(child);
  if (!allowed || index >= allowed.max || (!isText && !allowed.children.has(child))) {
    throw new MalformedRequestError(`<${child}> may not stand in <${parent}>`);
  }
  if (parent === 'member' && child !== (index === 0 ? 'name' : 'value')) {
    throw new MalformedRequestError('a <member> is a <name> and a <value>');
  }
  return isText ? 'string' : child;
}

/** @throws MalformedRequestError when an element that ends has too few children */
export function checkEnd(element: string, children: number): void {
  if (children < (CONTENT.get(element)?.min ?? 0)) {
    throw new MalformedRequestError(`<${element}> is not complete`);
  }
}

/** Each position of the text is tried once: neither pattern can match the same digits in two ways. */
const DOUBLE = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const DATE_TIME = /^\d{8}T\d{2}:\d{2}:\d{2}$/;
const NOT_BASE64 = /[^A-Za-z0-9+/=]/g;

/**
 * The text of an element as the deserializer of the `xmlrpc` package understands it in the reference's sense: that
 * package reads `1x` as 1 and refuses booleans that the reference takes for false.
 *
 * @returns the element that it is read as, and its text
 * @throws MalformedRequestError when the text is not such a value
 */
export function leafValue(
  element: string,
  text: string,
): { readonly element: string; readonly text: string } {
  switch (element) {
    case 'int':
    case 'i4':
      return { element, text: wholeNumber(element, text) };
    case 'double':
      return { element, text: checked(element, strip(text), DOUBLE) };
    case 'dateTime.iso8601':
      return { element, text: checked(element, text, DATE_TIME) };
    case 'boolean':
      return { element, text: text === '1' ? '1' : '0' };
    case 'i8':
      return { element: 'string', text };
    case 'base64':
      return { element: 'string', text: decodeBase64(text) };
    case 'name':
      // The deserializer assigns members to a plain object; this name would change its prototype.
      if (text === '__proto__') throw new MalformedRequestError('a member has a name that is not allowed');
      return { element, text };
    default:
      return { element, text };
  }
}

function wholeNumber(element: string, text: string): string {
  const value = decimalInteger(text);
  if (value === null) throw new MalformedRequestError(`<${element}> has a wrong value: ${text.slice(0, 40)}`);
  return String(value);
}

function checked(element: string, text: string, form: RegExp): string {
  if (!form.test(text))
    throw new MalformedRequestError(`<${element}> has a wrong value: ${text.slice(0, 40)}`);
  return text;
}

/** As Python decodes it: characters outside the alphabet are skipped, the padding must be right, the bytes are UTF-8. */
function decodeBase64(text: string): string {
  const digits = text.replace(NOT_BASE64, '');
  if (digits.length % 4 !== 0) throw new MalformedRequestError('<base64> is not padded');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(digits, 'base64'));
  } catch {
    throw new MalformedRequestError('<base64> does not hold UTF-8 text');
  }
}

function content(children: readonly string[], min: number, max: number): Content {
  return { children: new Set(children), min, max };
}
