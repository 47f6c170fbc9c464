/**
 * Reads answers. The `xmlrpc` package reads them too, but takes longer to load and to read than a whole `status` of the
 * client may last; a property test compares the two.
 *
 * @module
 */
import type { RpcParameter } from './values.ts';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const MAX_DEPTH = 200;

/** The text is not a method response. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

export type MethodResponse =
  | { readonly kind: 'value'; readonly value: RpcParameter }
  | { readonly kind: 'fault'; readonly code: number; readonly text: string };

/**
 * Reads a `<methodResponse>`.
 *
 * @throws MalformedResponseError
 */
export function readMethodResponse(xml: string): MethodResponse {
  // Line ends are one character, whatever they are made of (XML 1.0, 2.11).
  const scanner = new Scanner(xml.includes('\r') ? xml.replace(/\r\n?/g, '\n') : xml);
  scanner.expect('methodResponse');
  const kind = scanner.nextTag();
  if (kind === 'fault') {
    scanner.expect('value');
    const fault = readValue(scanner, 0);
    const { faultCode, faultString } = isStruct(fault) ? fault : {};
    if (typeof faultCode !== 'number' || typeof faultString !== 'string') throw malformed();
    scanner.expectEnd(['/fault', '/methodResponse']);
    return { kind, code: faultCode, text: faultString };
  }
  if (kind !== 'params') throw malformed();
  scanner.expect('param');
  scanner.expect('value');
  const value = readValue(scanner, 0);
  scanner.expectEnd(['/param', '/params', '/methodResponse']);
  return { kind: 'value', value };
}

/** Walks from tag to tag; what lies between the last two is `text`. */
class Scanner {
  readonly #xml: string;
  #at = 0;
  /** A tag `<x/>` is read as `<x>` and then as `</x>`. */
  #closing: string | null = null;
  text = '';

  constructor(xml: string) {
    this.#xml = xml;
  }

  /** The name of the next tag, with a slash in front where it ends an element. */
  nextTag(): string {
    this.text = '';
    if (this.#closing !== null) {
      const name = this.#closing;
      this.#closing = null;
      return name;
    }
    for (;;) {
      const open = this.#xml.indexOf('<', this.#at);
      if (open < 0) throw malformed();
      if (open > this.#at) this.text += decodeText(this.#xml.slice(this.#at, open));
      if (this.#xml.startsWith('<!--', open)) this.#at = this.#behind('-->', open + 4);
      else if (this.#xml.startsWith('<![CDATA[', open)) {
        this.#at = this.#behind(']]>', open + 9);
        this.text += this.#xml.slice(open + 9, this.#at - 3);
      } else if (this.#xml.startsWith('<?', open)) this.#at = this.#behind('?>', open + 2);
      else if (this.#xml.startsWith('<!', open)) throw malformed();
      else return this.#tagAt(open);
    }
  }

  /** The next tag must be this one, with nothing but blanks before it. */
  expect(name: string): void {
    if (this.nextTag() !== name || this.text.trim() !== '') throw malformed();
  }

  expectEnd(names: readonly string[]): void {
    for (const name of names) this.expect(name);
    if (/[^\s]/.test(this.#xml.slice(this.#at))) throw malformed();
  }

  #tagAt(open: number): string {
    const end = this.#xml.indexOf('>', open);
    if (end < 0) throw malformed();
    this.#at = end + 1;
    let name = this.#xml.slice(open + 1, end);
    if (name.endsWith('/')) {
      name = name.slice(0, -1).trimEnd();
      this.#closing = `/${name}`;
    }
    return name.trimEnd();
  }

  #behind(mark: string, from: number): number {
    const at = this.#xml.indexOf(mark, from);
    if (at < 0) throw malformed();
    return at + mark.length;
  }
}

/** Reads from behind `<value>` to behind `</value>`. */
function readValue(scanner: Scanner, depth: number): RpcParameter {
  if (depth > MAX_DEPTH) throw malformed();
  const type = scanner.nextTag();
  if (type === '/value') return scanner.text;
  const value = readTyped(scanner, type, depth);
  scanner.expect('/value');
  return value;
}

function readTyped(scanner: Scanner, type: string, depth: number): RpcParameter {
  if (type === 'struct') return readStruct(scanner, depth);
  if (type === 'array') return readArray(scanner, depth);
  if (scanner.nextTag() !== `/${type}`) throw malformed();
  const { text } = scanner;
  switch (type) {
    case 'string':
      return text;
    case 'int':
    case 'i4':
    case 'i8':
    case 'double':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw malformed();
      return Number(text);
    case 'boolean':
      if (text !== '0' && text !== '1') throw malformed();
      return text === '1';
    case 'nil':
      return null;
    default:
      throw malformed();
  }
}

function readStruct(scanner: Scanner, depth: number): RpcParameter {
  const struct: Record<string, RpcParameter> = {};
  for (let tag = scanner.nextTag(); tag !== '/struct'; tag = scanner.nextTag()) {
    if (tag !== 'member') throw malformed();
    scanner.expect('name');
    if (scanner.nextTag() !== '/name') throw malformed();
    const name = scanner.text;
    scanner.expect('value');
    Object.defineProperty(struct, name, {
      value: readValue(scanner, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    scanner.expect('/member');
  }
  return struct;
}

function readArray(scanner: Scanner, depth: number): RpcParameter {
  const items: RpcParameter[] = [];
  scanner.expect('data');
  for (let tag = scanner.nextTag(); tag !== '/data'; tag = scanner.nextTag()) {
    if (tag !== 'value') throw malformed();
    items.push(readValue(scanner, depth + 1));
  }
  scanner.expect('/array');
  return items;
}

function decodeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]*;?)/g, (_all, entity: string) => {
    if (!entity.endsWith(';')) throw malformed();
    const name = entity.slice(0, -1);
    const known = ENTITIES[name];
    if (known !== undefined) return known;
    const code = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
    const point =
      code === null ? Number.NaN : code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
    if (!(point <= 0x10ffff)) throw malformed();
    return String.fromCodePoint(point);
  });
}

function isStruct(value: RpcParameter): value is { readonly [member: string]: RpcParameter } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(): MalformedResponseError {
  return new MalformedResponseError('not a method response');
}
