/**
 * Reads method calls of any form. `saxes` checks that the request is well-formed XML, the grammar checks its elements,
 * and the deserializer of the `xmlrpc` package builds the values: alone, that package accepts broken XML, has no limit
 * of nesting, and reads values that the reference refuses.
 *
 * Few requests need this module (see quick-reader.ts), so it is loaded with the first of them.
 *
 * @module
 */
import { SaxesParser } from 'saxes';
import Deserializer from 'xmlrpc/lib/deserializer.js';
import { MalformedRequestError, NoMethodNameError } from './malformed-request.ts';
import { checkChild, checkEnd, leafValue } from './request-grammar.ts';
import type { MethodCall, RpcParameter } from './values.ts';

/** Limit of open elements; an array in an array is three. */
export const MAX_DEPTH = 100;

/**
 * Reads the body of a request.
 *
 * @throws MalformedRequestError when it is not a method call: broken XML, declared entities, nested too deeply, no
 *   method name
 */
export function readMethodCall(xml: string): MethodCall {
  const builder = new CallBuilder();
  const parser = new SaxesParser({ position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  parser.on('opentag', ({ name }) => builder.open(name));
  parser.on('closetag', () => builder.close());
  parser.on('text', (text) => builder.text(text));
  parser.on('cdata', (text) => builder.text(text));
  parser.on('doctype', refuseEntities);
  parser.on('error', (error) => {
    throw new MalformedRequestError(error.message);
  });
  parser.write(xml).close();
  return builder.result();
}

/** A document type alone is harmless; entities can grow without limit. */
function refuseEntities(doctype: string): void {
  if (doctype.includes('<!ENTITY')) throw new MalformedRequestError('declared entities are not accepted');
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
    if (element) element.text += text;
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
