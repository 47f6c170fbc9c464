/**
 * After each test the event loop has a turn. vitest gives up a worker that has not read an answer for a minute, and tests
 * that run commands synchronously, one after the other, can take that long on a busy machine.
 */
import { afterEach } from 'vitest';

const { setImmediate } = globalThis;

afterEach(() => new Promise<void>((resolve) => void setImmediate(resolve)));
