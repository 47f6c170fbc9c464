import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Group } from '../../../src/process/group.ts';
import { IdleExit, PAUSE_AFTER_REQUEST_MS } from '../../../src/supervisor/lifecycle/idle.ts';

/** A daemon with one program that has ended. */
function ended() {
  const process = { state: 'EXITED', isWaiting: false, willRestart: false, nextRunAt: null as number | null };
  const group = { config: {}, processes: new Map([['p', process]]) } as unknown as Group;
  const exit = vi.fn();
  const idle = new IdleExit({ groups: new Map([['p', group]]), mayStart: () => true, exit });
  return { process, exit, idle };
}

describe('the end of an idle daemon', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes at once when a program has ended by itself', async () => {
    const { exit, idle } = ended();
    idle.look(false);
    idle.look(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('comes some seconds after a request that leaves nothing to do', async () => {
    const { exit, idle } = ended();
    idle.look(false);
    await vi.advanceTimersByTimeAsync(PAUSE_AFTER_REQUEST_MS - 100);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('does not come when the next request starts a program, or plans a run', async () => {
    const { process, exit, idle } = ended();
    idle.look(false);
    await vi.advanceTimersByTimeAsync(1000);
    process.state = 'STARTING';
    idle.look(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
    process.state = 'EXITED';
    process.nextRunAt = 1;
    idle.look(true);
    await vi.advanceTimersByTimeAsync(2 * PAUSE_AFTER_REQUEST_MS);
    expect(exit).not.toHaveBeenCalled();
  });

  it('leaves no timer behind when the daemon ends for another reason', async () => {
    const { idle } = ended();
    idle.look(false);
    await vi.advanceTimersByTimeAsync(1);
    idle.look(false);
    idle.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
