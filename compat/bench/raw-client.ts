/**
 * A client with as little work as possible: its requests are prepared bytes, and answers are counted and not
 * parsed.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import { createResponseReader, type HttpResponse, type ResponseReader } from './http-response.ts';
import { faultOf } from './rpc.ts';

const READ_BUFFER_BYTES = 1 << 20;

export interface RawClient {
  /** One request at a time; rejects when the connection ends or the status is not 200. The body is not kept. */
  call(request: Buffer): Promise<HttpResponse>;
  /** The same, with the body; rejects for a fault too. */
  ask(request: Buffer): Promise<string>;
  close(): void;
}

/** Connects to a unix socket; rejects with the system's error where no process listens. */
export function openRawClient(path: string): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    let socket: Socket;
    let pending: Pending | null = null;

    const settle = (act: (request: Pending) => void) => {
      const request = pending;
      pending = null;
      if (request !== null) act(request);
    };
    const fail = (error: Error) => {
      reject(error);
      settle((request) => request.reject(error));
      socket.destroy();
    };
    const take = (bytes: Buffer) => {
      try {
        const response = pending?.reader.push(bytes) ?? null;
        if (response === null) return;
        settle((request) =>
          response.status === 200
            ? request.resolve(response)
            : request.reject(new Error(`HTTP ${response.status}`)),
        );
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const call = (request: Buffer, keepBody = false) =>
      new Promise<HttpResponse>((resolveCall, rejectCall) => {
        if (socket.destroyed) return rejectCall(new Error('the connection is closed'));
        pending = { reader: createResponseReader(keepBody), resolve: resolveCall, reject: rejectCall };
        socket.write(request);
      });

    const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
    socket = connect({
      path,
      onread: {
        buffer,
        callback: (length) => {
          take(buffer.subarray(0, length));
          return true;
        },
      },
    });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
    socket.on('connect', () =>
      resolve({
        call,
        ask: async (request) => {
          const { body } = await call(request, true);
          const fault = faultOf(body);
          if (fault !== null) throw new Error(fault);
          return body;
        },
        close: () => socket.destroy(),
      }),
    );
  });
}

interface Pending {
  readonly reader: ResponseReader;
  resolve(response: HttpResponse): void;
  reject(error: Error): void;
}
