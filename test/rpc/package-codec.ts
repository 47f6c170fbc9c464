/** Reads and writes XML-RPC with the `xmlrpc` package alone: the other side of the wire. */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

interface PackageDeserializer {
  deserializeMethodResponse(stream: Readable, done: (error: Error | null, value: unknown) => void): void;
}

interface PackageSerializer {
  serializeMethodCall(method: string, params: readonly unknown[]): string;
  serializeMethodResponse(value: unknown): string;
  serializeFault(fault: unknown): string;
}

const require = createRequire(import.meta.url);
const Deserializer: new () => PackageDeserializer = require('xmlrpc/lib/deserializer');

export const packageSerializer: PackageSerializer = require('xmlrpc/lib/serializer');

/** What a client of the package gets from an answer; a fault rejects. */
export function deserializeResponse(xml: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    new Deserializer().deserializeMethodResponse(Readable.from([xml]), (error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}
