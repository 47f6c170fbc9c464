import { expect, test } from 'vitest';
import type { Config } from '../../src/config/types.ts';
import { Leaving } from '../../src/supervisor/leaving.ts';

/** Requests to leave, and what is called when everything is stopped. */
function leaving(): { readonly it: Leaving; readonly stops: (() => void)[] } {
  const stops: (() => void)[] = [];
  return { it: new Leaving((onStopped) => stops.push(onStopped)), stops };
}

const NEXT = { file: 'next.conf' } as Config;

test('a restart ends with the next configuration when everything is stopped', async () => {
  const { it, stops } = leaving();
  expect(it.state).toBe('RUNNING');
  it.restart(NEXT, 1);
  it.restart(NEXT, 2);
  expect([it.state, stops.length]).toEqual(['RESTARTING', 1]);
  stops[0]?.();
  expect(await it.ended).toEqual({ kind: 'restart', config: NEXT, leftAtMs: 1 });
});

test('a shutdown during a restart is a shutdown, and nothing is stopped twice', async () => {
  const { it, stops } = leaving();
  it.restart(NEXT, 1);
  it.shutdown();
  expect([it.state, stops.length]).toEqual(['SHUTDOWN', 1]);
  stops[0]?.();
  expect(await it.ended).toEqual({ kind: 'shutdown', exitStatus: 0 });
});

test('the exit status is that of the first request to shut down', async () => {
  const { it, stops } = leaving();
  it.shutdown(7);
  it.shutdown();
  stops[0]?.();
  expect(await it.ended).toEqual({ kind: 'shutdown', exitStatus: 7 });
});
