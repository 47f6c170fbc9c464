/**
 * Requests to the site, and a visitor that never stops.
 *
 * @module
 */
import { Agent, get } from 'node:http';

/** What a worker reports about itself. */
export interface Visit {
  readonly port: number;
  readonly from: string;
  readonly uid: number;
  readonly groups: readonly number[];
  readonly folder: string;
  readonly pid: number;
}

/** One request; `localAddress` is the address that the visitor comes from. @throws Error on anything but a 200 */
export function visit(port: number, path = '/', localAddress = '127.0.0.1'): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: '127.0.0.1', port, path, localAddress, agent: new Agent(), timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as Visit);
          else reject(new Error(`status ${response.statusCode}`));
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer in 30 s')));
    request.on('error', reject);
  });
}

/** Sends one request after the other until `end`, which reports how many failed and how. */
export function keepVisiting(port: number): {
  readonly end: () => Promise<{ made: number; failures: string[] }>;
} {
  const failures: string[] = [];
  let made = 0;
  let going = true;
  const loop = (async () => {
    while (going) {
      made += 1;
      await visit(port).catch((error: unknown) => failures.push(String(error)));
    }
  })();
  return {
    end: async () => {
      going = false;
      await loop;
      return { made, failures };
    },
  };
}
