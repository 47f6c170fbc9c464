/** The part of the `xmlrpc` package that has no published types. */

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
