/**
 * Text in HTML and in URLs. All that the page shows goes through here: names, messages and logs are foreign text.
 *
 * @module
 */

/** What both pages begin with. */
export const DOCTYPE =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">';

/** For text between tags; `>` and quotes stay as they are, as in the reference. */
export function escapeText(text: string): string {
  return text.replace(/[&<]/g, (character) => (character === '&' ? '&amp;' : '&lt;'));
}

/** For the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}

/** For a part of a URL: UTF-8, and only letters, digits and `_.-~/` are left (Python's `quote`). */
export function quoteUrl(text: string): string {
  return text.replace(/[^\w.~/-]+/gu, (run) =>
    [...Buffer.from(run)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
