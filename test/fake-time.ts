/** Time that passes under the control of a test, for code with timers and the monotonic clock. */
import { vi } from 'vitest';

export function startFakeTime(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'],
  });
}

export function endFakeTime(): void {
  vi.restoreAllMocks();
  vi.useRealTimers();
}

/** Time passes in which no timer fires, as under SIGSTOP, or in a long turn of the event loop. */
export function passWithoutTimers(ms: number): void {
  const running = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => running() + ms);
}
