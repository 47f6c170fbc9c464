/**
 * Words of a unit file of systemd, read and written. Source: systemd.syntax(7), systemd.service(5).
 *
 * @module
 */

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/** One word of a value, with quotes where it needs them; nothing in it is expanded. */
export function systemdWord(text: string): string {
  const literal = systemdText(text);
  if (literal !== '' && !/[\s"'\\;\p{Cc}]/u.test(literal)) {
    return literal;
  }
  const escaped = literal
    .replace(/["\\]/g, '\\$&')
    .replace(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

/** One word of a command line, where `$` begins a variable too. */
export function systemdArgument(text: string): string {
  return systemdWord(text.replaceAll('$', '$$$$'));
}

/** A text with its percent signs marked. */
export function systemdText(text: string): string {
  return text.replaceAll('%', '%%');
}

/** The words of a value without their quotes and escapes. */
export function readSystemdWords(text: string): string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+/gs) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\\(?:x[\da-f]{2}|.)/gis, (whole, double, single) =>
      unescaped((double as string | undefined) ?? (single as string | undefined) ?? whole),
    ),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(?:x([\da-f]{2})|(.))/gis, (_, code?: string, letter = '') =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
