/**
 * Clients that look at a daemon all the time: the status page, the states of all processes, and a log that is followed.
 *
 * @module
 */
import { connect } from 'node:net';
import { openRawClient } from '../bench/raw-client.ts';
import { rpcRequest } from '../bench/rpc.ts';

export interface Dashboards {
  /** Requests that were answered. */
  readonly answers: () => number;
  readonly failures: () => readonly string[];
  stop(): Promise<void>;
}

const PAGE = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
const STATES = rpcRequest('supervisor.getAllProcessInfo');
const FOLLOW = 'GET /logtail/logging:0 HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** @param periodMs time between two requests of one dashboard */
export function openDashboards(socket: string, count: number, periodMs: number): Dashboards {
  let isStopped = false;
  let answers = 0;
  const failures: string[] = [];
  const look = async (request: Buffer): Promise<void> => {
    const client = await openRawClient(socket);
    try {
      await client.call(request);
      answers += 1;
    } finally {
      client.close();
    }
  };
  const poll = async (): Promise<void> => {
    while (!isStopped) {
      for (const request of [PAGE, STATES]) {
        await look(request).catch((error: Error) => failures.push(error.message));
      }
      await new Promise((resolve) => setTimeout(resolve, periodMs));
    }
  };
  const follower = connect(socket);
  follower.on('error', (error) => failures.push(error.message));
  follower.on('connect', () => follower.write(FOLLOW));
  follower.resume();
  const polls = Array.from({ length: count }, poll);
  return {
    answers: () => answers,
    failures: () => failures,
    stop: async () => {
      isStopped = true;
      follower.destroy();
      await Promise.all(polls);
    },
  };
}
