/**
 * Python's `text % mapping`, with the messages of the exceptions that it raises.
 *
 * @module
 */
import { pythonAscii, pythonRepr } from './repr.ts';
import { withoutEnd } from './text.ts';

/** An integer that a number does not hold exactly is a bigint. */
export type FormatValue = string | number | bigint;

/** The names that a format may use. */
export interface FormatNames {
  find(name: string): FormatValue | undefined;
  /** All names with their values; only a format without a name, as `%s`, needs them. */
  all(): ReadonlyMap<string, FormatValue>;
}

/** A name that is not in the mapping. */
export class MissingNameError extends Error {
  override readonly name = 'MissingNameError';
  readonly missing: string;

  constructor(missing: string) {
    super(pythonRepr(missing));
    this.missing = missing;
  }
}

/** A format that Python refuses; the message is that of its TypeError, ValueError or OverflowError. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

type Argument = FormatValue | ReadonlyMap<string, FormatValue>;

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
  /** Index of the type in the text. */
  readonly typeAt: number;
}

/** Wider conversions are refused. Python takes what memory has room for, and `numprocs` multiplies it. */
const WIDEST = 4096;
/** The longest result, in characters, unless the text itself is longer. */
const LONGEST = 1 << 20;

/** Formats as Python does. @throws MissingNameError, FormatError */
export function formatPercent(text: string, names: FormatNames): string {
  let at = text.indexOf('%');
  if (at < 0) return text;
  let out = text.slice(0, at);
  const longest = Math.max(LONGEST, text.length);
  let argument: (() => Argument) | null = () => names.all();
  const takeArgument = (): Argument => {
    if (argument === null) throw new FormatError('not enough arguments for format string');
    const taken = argument();
    argument = null;
    return taken;
  };
  while (at >= 0) {
    at += 1;
    if (text[at] === '%') {
      out += '%';
      at += 1;
    } else {
      if (text[at] === '(') {
        const end = endOfName(text, at);
        const name = text.slice(at + 1, end - 1);
        const value = names.find(name);
        if (value === undefined) throw new MissingNameError(name);
        argument = () => value;
        at = end;
      }
      const conversion = readConversion(text, at, takeArgument);
      out += convert(takeArgument(), conversion, text);
      at = conversion.typeAt + conversion.type.length;
    }
    const next = text.indexOf('%', at);
    out += next < 0 ? text.slice(at) : text.slice(at, next);
    if (out.length > longest) throw new FormatError(`the result has more than ${longest} characters`);
    at = next;
  }
  return out;
}

/** A piece of a format: text without a percent sign, or one conversion, `%%` included. */
export interface FormatPart {
  readonly text: string;
  readonly isPlain: boolean;
  /** The name that the conversion asks for. */
  readonly name: string | null;
}

/** The pieces of a format, which put together are the format. @throws FormatError for a conversion without an end */
export function formatParts(text: string): FormatPart[] {
  const parts: FormatPart[] = [];
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('%', at);
    const end = next < 0 ? text.length : next;
    if (end > at) parts.push({ text: text.slice(at, end), isPlain: true, name: null });
    if (next < 0) break;
    at = next + 1;
    let name: string | null = null;
    if (text[at] === '%') {
      at += 1;
    } else {
      if (text[at] === '(') {
        const open = at;
        at = endOfName(text, open);
        name = text.slice(open + 1, at - 1);
      }
      const conversion = readConversion(text, at, () => 0);
      at = conversion.typeAt + conversion.type.length;
    }
    parts.push({ text: text.slice(next, at), isPlain: false, name });
  }
  return parts;
}

/** Index behind the parenthesis that closes the one at `open`; names may hold balanced parentheses. */
function endOfName(text: string, open: number): number {
  let depth = 1;
  let at = open + 1;
  while (depth > 0) {
    const character = text[at];
    if (character === undefined) throw new FormatError('incomplete format key');
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    at += 1;
  }
  return at;
}

function readConversion(text: string, start: number, takeArgument: () => Argument): Conversion {
  let at = start;
  while ('-+ #0'.includes(text[at] ?? 'x')) at += 1;
  let flags = text.slice(start, at);
  const readSize = (what: string): number => {
    if (text[at] === '*') {
      const size = takeArgument();
      if (typeof size !== 'number') throw new FormatError('* wants int');
      at += 1;
      return size;
    }
    const from = at;
    while (/\d/.test(text[at] ?? '')) at += 1;
    const size = Number(text.slice(from, at));
    if (size > WIDEST) throw new FormatError(`${what} too big (the limit is ${WIDEST})`);
    return size;
  };
  let width = readSize('width');
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  let precision: number | null = null;
  if (text[at] === '.') {
    at += 1;
    precision = Math.max(0, readSize('precision'));
  }
  if ('hlL'.includes(text[at] ?? 'x')) at += 1;
  const code = text.codePointAt(at);
  if (code === undefined) throw new FormatError('incomplete format');
  return { flags, width, precision, type: String.fromCodePoint(code), typeAt: at };
}

function convert(argument: Argument, conversion: Conversion, text: string): string {
  const { type } = conversion;
  switch (type) {
    case 's':
      return pad(
        limit(argument instanceof Map ? pythonRepr(argument) : String(argument), conversion),
        conversion,
      );
    case 'r':
      return pad(limit(pythonRepr(argument), conversion), conversion);
    case 'a':
      return pad(limit(pythonAscii(argument), conversion), conversion);
    case 'c':
      return pad(formatCharacter(argument), conversion);
    case 'd':
    case 'i':
    case 'u':
      return formatInteger(numberFor(argument, `%${type} format: a real number is required`), conversion, 10);
    case 'o':
      return formatInteger(numberFor(argument, '%o format: an integer is required'), conversion, 8);
    case 'x':
    case 'X':
      return formatInteger(numberFor(argument, `%${type} format: an integer is required`), conversion, 16);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return formatFloat(Number(numberFor(argument, 'must be real number')), conversion);
    default: {
      const code = type.codePointAt(0) ?? 0;
      const shown = code > 30 && code < 127 ? type : '?';
      throw new FormatError(
        `unsupported format character '${shown}' (0x${code.toString(16)}) at index ${positionOf(text, conversion.typeAt)}`,
      );
    }
  }
}

/** Index as Python counts, in code points. */
function positionOf(text: string, at: number): number {
  return [...text.slice(0, at)].length;
}

function numberFor(argument: Argument, complaint: string): number | bigint {
  if (typeof argument === 'number' || typeof argument === 'bigint') return argument;
  throw new FormatError(`${complaint}, not ${typeof argument === 'string' ? 'str' : 'dict'}`);
}

function formatCharacter(argument: Argument): string {
  if (typeof argument === 'number' || typeof argument === 'bigint') {
    if (argument < 0 || argument > 0x10ffff) throw new FormatError('%c arg not in range(0x110000)');
    return String.fromCodePoint(Number(argument));
  }
  if (typeof argument !== 'string' || [...argument].length !== 1)
    throw new FormatError('%c requires int or char');
  return argument;
}

function limit(text: string, { precision }: Conversion): string {
  return precision === null ? text : [...text].slice(0, precision).join('');
}

function pad(text: string, { flags, width }: Conversion): string {
  const room = width - [...text].length;
  if (room <= 0) return text;
  return flags.includes('-') ? text + ' '.repeat(room) : ' '.repeat(room) + text;
}

function formatInteger(value: number | bigint, conversion: Conversion, radix: 8 | 10 | 16): string {
  const { flags, precision, type } = conversion;
  const digits = (value < 0 ? -value : value).toString(radix).padStart(precision ?? 0, '0');
  const prefix = flags.includes('#') && radix !== 10 ? (radix === 8 ? '0o' : '0x') : '';
  const text = padNumber(value, prefix, digits, conversion);
  return type === 'X' ? text.toUpperCase() : text;
}

function formatFloat(value: number, conversion: Conversion): string {
  const { flags, type } = conversion;
  const precision = Math.min(conversion.precision ?? 6, 100);
  const kind = type.toLowerCase();
  let digits = floatDigits(Math.abs(value), kind, precision, flags.includes('#'));
  if (flags.includes('#') && !digits.includes('.')) digits = digits.replace(/^\d+/, '$&.');
  const text = padNumber(value, '', digits, conversion);
  return type === kind ? text : text.toUpperCase();
}

function floatDigits(value: number, kind: string, precision: number, keepZeros: boolean): string {
  if (kind === 'f') return value.toFixed(precision);
  if (kind === 'e') return twoDigitExponent(value.toExponential(precision));
  const significant = Math.max(1, precision);
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
  const scientific = exponent < -4 || exponent >= significant;
  const text = scientific ? value.toExponential(significant - 1) : value.toFixed(significant - 1 - exponent);
  const trimmed = keepZeros ? text : withoutZeros(text);
  return scientific ? twoDigitExponent(trimmed) : trimmed;
}

/** Zeros at the end of a fraction, and a point that has none. */
function withoutZeros(text: string): string {
  const [digits = '', exponent] = text.split('e');
  const tight = digits.includes('.') ? withoutEnd(withoutEnd(digits, '0'), '.') : digits;
  return exponent === undefined ? tight : `${tight}e${exponent}`;
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function padNumber(value: number | bigint, prefix: string, digits: string, conversion: Conversion): string {
  const { flags, width } = conversion;
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const head = sign + prefix;
  if (!flags.includes('0') || flags.includes('-')) return pad(head + digits, conversion);
  return head + digits.padStart(width - head.length, '0');
}
