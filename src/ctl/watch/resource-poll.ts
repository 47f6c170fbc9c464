/**
 * What the processes of a host use, for each poll of the live view.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import type { Connection } from '../wire/rpc-client.ts';
import type { Target } from '../wire/server-url.ts';
import { FaultError, HttpStatusError } from '../wire/trouble.ts';
import { getResources } from '../wire/visord-api.ts';
import { procReader, resourcesReader, type UsageOf } from './usage.ts';

export interface ResourcePoll {
  /** @throws what `callMethod` throws, but for a server that refuses the method or does not have it */
  read(): Promise<UsageOf>;
  /** False where neither the server nor /proc has the figures. */
  isKnown(): boolean;
  /** Asks the server again whether it has the method. */
  forget(): void;
}

/** The daemon reads /proc for each process: at most this part of the time. */
const SHARE = 0.1;

/** A stock server has no `visord.getResources`: its processes are looked up in /proc where it is on this machine. */
export function resourcePoll(connection: Connection, target: Target): ResourcePoll {
  const unknown: UsageOf = () => null;
  let fromProc: UsageOf | null | undefined;
  let isStock = false;
  let usageOf = unknown;
  let dueAtMs = Number.NEGATIVE_INFINITY;
  return {
    read: async () => {
      if (!isStock && performance.now() >= dueAtMs) {
        const began = performance.now();
        try {
          const resources = await getResources(connection);
          const ended = performance.now();
          usageOf = resourcesReader(resources, ended);
          dueAtMs = began + (ended - began) / SHARE;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          isStock = true;
        }
      }
      if (!isStock) return usageOf;
      if (fromProc === undefined) fromProc = procReader(target);
      return fromProc ?? unknown;
    },
    isKnown: () => !isStock || fromProc !== null,
    forget: () => {
      isStock = false;
      dueAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

function isRefusal(error: unknown): boolean {
  return (
    (error instanceof FaultError && error.code === FAULT_CODES.UNKNOWN_METHOD) ||
    (error instanceof HttpStatusError && error.status === 403)
  );
}
