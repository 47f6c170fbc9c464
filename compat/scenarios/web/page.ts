/**
 * Pages as people and scrapers read them: what is shown, by which elements, and where links lead.
 *
 * @module
 */
import type { Json } from '../../scenario.ts';

/** An answer to a browser; the body of a page is taken apart. */
export function readAnswer(raw: string): { readonly [part: string]: Json } {
  const [head = '', body = ''] = raw.split(/\r\n\r\n(.*)/s);
  const [status = '', ...lines] = head.split('\r\n');
  const headers = lines.filter((line) => SHOWN_HEADERS.test(line)).map(withoutTime);
  const isPage = /^Content-Type: text\/html/m.test(head);
  return { status, headers: headers.sort(), body: isPage ? elementsOf(body) : body };
}

/** The value of a header, or the empty string. */
export function headerOf(raw: string, name: string): string {
  return new RegExp(`^${name}: (.*?)\r$`, 'im').exec(raw)?.[1] ?? '';
}

const SHOWN_HEADERS = /^(Location|Content-Type|Pragma|Cache-Control|Expires|WWW-Authenticate): /i;

/** The times on the page, as they are in text and in a URL. */
function withoutTime(text: string): string {
  return text.replace(
    /[A-Z][a-z]{2}( |%20)[A-Z][a-z]{2}\1{1,2}\d{1,2}\1\d\d(:|%3A)\d\d\2\d\d\1\d{4}/g,
    '$WHEN',
  );
}

/** One line for each element that has text or leads somewhere: its tag with all attributes, and its own text. */
function elementsOf(html: string): string[] {
  const elements: string[] = [];
  for (const [, tag = '', text = ''] of html.matchAll(/<([^/!][^>]*?) ?\/?>([^<]*)/g)) {
    if (isOfLivePage(tag, html)) continue;
    const words = withoutTime(text.trim());
    if (words !== '' || /(class|href|src|id|name|action|method)=/.test(tag)) {
      elements.push(`<${sortedAttributes(tag)}> ${words}`.trimEnd());
    }
  }
  return elements;
}

/** What a page has for the live page and for screens of phones; `addedElements` shows it. */
function isOfLivePage(tag: string, html: string): boolean {
  const isTail = html.includes('<title>Supervisor tail of process');
  return /(?:src|href)="page\/|name="viewport"/.test(tag) || (isTail && tag.startsWith('link '));
}

/** The elements that are left out of the comparison, without the hashes in their addresses. */
export function addedElements(html: string): string[] {
  return [...html.matchAll(/<([^/!][^>]*?) ?\/?>/g)].flatMap(([, tag = '']) => {
    if (!isOfLivePage(tag, html)) return [];
    const [, address = ''] = /(?:src|href)="([^"]*)"/.exec(tag) ?? [];
    return [`<${tag.split(' ', 1)[0]}> ${address.replace(/-\w+(?=\.)/, '')}`.trimEnd()];
  });
}

/** The order of attributes means nothing. */
function sortedAttributes(tag: string): string {
  const [name = '', ...attributes] = tag.match(/[^\s=]+(="[^"]*")?/g) ?? [];
  return [name, ...attributes.sort()].join(' ');
}
