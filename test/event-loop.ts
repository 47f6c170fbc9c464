/**
 * After each test the event loop has a turn. vitest gives up a worker that has not read an answer for a minute, and tests
 * that run commands synchronously, one after the other, can take that long on a busy machine.
 *
 * A worker ends with the test runner: it would use a whole processor after that has been killed.
 */
import { afterEach } from 'vitest';

const { setImmediate } = globalThis;
const IS_WATCHED = Symbol.for('visord.disconnect');

// Once in a process that several test files share. vitest has replaced process.exit.
if (process.connected && !Reflect.has(process, IS_WATCHED)) {
  Reflect.set(process, IS_WATCHED, true);
  process.once('disconnect', () => setImmediate(() => process.kill(process.pid, 'SIGKILL')));
}

afterEach(() => new Promise<void>((resolve) => void setImmediate(resolve)));
