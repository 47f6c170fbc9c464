/**
 * Requests `/healthz` of a daemon.
 *
 * @module
 */
import { request } from 'node:http';
import { fsPath } from '../../python/fs-encoding.ts';
import type { TlsFiles } from './secure-socket.ts';
import type { Target } from './server-url.ts';

export interface HealthRequest {
  readonly target: Target;
  /** For a secure target. */
  readonly tls: TlsFiles;
  readonly username: string | null;
  readonly password: string | null;
  readonly group: string | null;
  /** `process` or `group:process` */
  readonly process: string | null;
  /** The time for the whole answer. */
  readonly limitMs: number;
}

export interface HealthAnswer {
  readonly status: number;
  readonly body: string;
}

/** @throws Error with the reason, where no answer arrives in time */
export async function requestHealth({
  target,
  tls,
  username,
  password,
  group,
  process,
  limitMs,
}: HealthRequest): Promise<HealthAnswer> {
  const query = new URLSearchParams({
    ...(group === null ? {} : { group }),
    ...(process === null ? {} : { process }),
  });
  const secure =
    target.kind === 'inet' && target.isSecure
      ? (await import('./secure-socket.ts')).connectSecurely(target, tls)
      : null;
  const limit = AbortSignal.timeout(limitMs);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(limit.aborted ? new Error(`no answer in ${limitMs / 1000} seconds`) : error);
    const asked = request({
      ...(target.kind === 'unix'
        ? { socketPath: String(fsPath(target.path)) }
        : { host: target.host, port: target.port }),
      ...(secure === null ? {} : { createConnection: () => secure }),
      ...(username === null ? {} : { auth: `${username}:${password ?? ''}` }),
      path: `/healthz${query.size === 0 ? '' : `?${query}`}`,
      agent: false,
      signal: limit,
    });
    asked.on('error', fail);
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', fail);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
      );
    });
    asked.end();
  });
}
