/** The parts of the `xmlrpc` package, and of its XML reader, that have no published types. */

declare module 'xmlrpc/lib/deserializer.js' {
  /** Builds values from the events of an XML reader; names of tags come in upper case. */
  class Deserializer {
    callback: (error: Error | null | undefined, values?: unknown[]) => void;
    methodname: string | null;
    onOpentag(node: { readonly name: string }): void;
    onText(text: string): void;
    onClosetag(name: string): void;
    onDone(): void;
  }
  export = Deserializer;
}

declare module 'sax' {
  interface SaxParser {
    onopentag: (node: { readonly name: string }) => void;
    onclosetag: (name: string) => void;
    ontext: (text: string) => void;
    oncdata: (text: string) => void;
    ondoctype: (doctype: string) => void;
    onerror: (error: Error) => void;
    write(chunk: string): SaxParser;
    close(): SaxParser;
  }
  interface SaxOptions {
    readonly position?: boolean;
    readonly strictEntities?: boolean;
  }
  const sax: { parser(strict: boolean, options?: SaxOptions): SaxParser };
  export = sax;
}
