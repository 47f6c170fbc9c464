/**
 * The programs that can have another number of processes.
 *
 * @module
 */
import { useEffect } from 'preact/hooks';
import type { Scale } from '../model/actions.ts';
import { call } from './api.ts';
import { rights } from './site.ts';
import { storeOf } from './store.ts';

export const scales = storeOf<readonly Scale[]>([]);

/** Reads them when the view is shown, and when the number of processes has changed. */
export function useScales(count: number): void {
  useEffect(() => {
    if (rights.mayOperate && count > 0) void read();
  }, [count]);
}

async function read(): Promise<void> {
  try {
    scales.set(await call<readonly Scale[]>('visord.getScales'));
  } catch {
    // A daemon that does not answer is shown in the head; an older one has no such method.
  }
}
