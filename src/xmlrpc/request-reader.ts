/**
 * Reads method calls. The `xmlrpc` package's deserializer builds the values; it is fed by a strict XML reader
 * through the checks of the grammar, because left to itself it takes broken XML, has no limit to nesting, and
 * reads values that the reference refuses.
 *
 * @module
 */
import sax from 'sax';
import Deserializer from 'xmlrpc/lib/deserializer.js';
import { checkChild, checkEnd, leafValue, MalformedRequestError } from './request-grammar.ts';
import type { RpcParameter } from './values.ts';

export interface MethodCall {
  readonly method: string;
  readonly parameters: readonly RpcParameter[];
}

/** How many elements may be open at once; an array in an array is three. */
export const MAX_DEPTH = 100;

/** What XML 1.0 cannot carry; sax does not look for it. */
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Reads the body of a request.
 *
 * @throws MalformedRequestError when it is no method call: broken XML, a document type, too deep, no method name
 */
export function readMethodCall(xml: string): MethodCall {
  // Line ends are one character, whatever they are made of (XML 1.0, 2.11); sax leaves that to us.
  const body = xml.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (ILLEGAL.test(body)) throw new MalformedRequestError('a character that XML does not allow');
  const builder = new CallBuilder();
  const parser = sax.parser(true, { position: false, strictEntities: true });
  parser.onopentag = (node) => builder.open(node.name);
  parser.onclosetag = () => builder.close();
  parser.ontext = (text) => builder.text(text);
  parser.oncdata = (text) => builder.text(text);
  parser.ondoctype = () => {
    throw new MalformedRequestError('a document type is not accepted');
  };
  parser.onerror = (error) => {
    throw new MalformedRequestError(error.message);
  };
  parser.write(body).close();
  return builder.result();
}

interface OpenElement {
  readonly kind: string;
  children: number;
  text: string;
}

class CallBuilder {
  readonly #deserializer = new Deserializer();
  readonly #open: OpenElement[] = [];
  #roots = 0;

  open(name: string): void {
    const parent = this.#open.at(-1);
    const kind = checkChild(parent?.kind, name, parent ? parent.children++ : this.#roots++);
    if (this.#open.length >= MAX_DEPTH) throw new MalformedRequestError('nested too deeply');
    this.#open.push({ kind, children: 0, text: '' });
    this.#deserializer.onOpentag({ name: kind.toUpperCase() });
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (!element) return;
    if (ILLEGAL.test(text)) throw new MalformedRequestError('a character that XML does not allow');
    element.text += text;
  }

  close(): void {
    const element = this.#open.pop();
    if (!element) return;
    const { kind, children, text } = element;
    checkEnd(kind, children);
    const leaf = children === 0 ? leafValue(kind, text) : { element: kind, text: '' };
    this.#deserializer.onText(leaf.text);
    this.#deserializer.onClosetag(leaf.element.toUpperCase());
  }

  result(): MethodCall {
    let parameters: readonly RpcParameter[] = [];
    this.#deserializer.callback = (error, values) => {
      if (error) throw new MalformedRequestError(error.message);
      parameters = values as RpcParameter[];
    };
    this.#deserializer.onDone();
    const method = this.#deserializer.methodname;
    if (!method) throw new NoMethodNameError('no method name');
    return { method, parameters };
  }
}

/** A well-formed request that names no method; the log tells the two apart. */
export class NoMethodNameError extends MalformedRequestError {}
