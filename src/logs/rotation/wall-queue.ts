/**
 * Tasks of logs at times of the wall clock, with one alarm for all of them.
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import { ioLoop } from '../../io/io-loop.ts';
import { setWallAlarm } from '../../io/wall-alarm.ts';

export interface WallTask {
  /** When it is to be done, in milliseconds since the epoch; infinity is never. It may change while the task is queued. */
  readonly dueMs: number;
  /** The moment has come. */
  run(nowMs: number): void;
  /** The wall clock was set: the moment may be another one now. */
  clockSet(nowMs: number): void;
}

/** The number of logs that rotate before clients and programs have their turn. */
const TURN = 16;

/**
 * A larger difference between the wall clock and the monotonic clock, in milliseconds, shows that the wall clock
 * was set.
 */
const CLOCK_SET_MS = 1000;

const tasks = new Set<WallTask>();
let cancel: (() => void) | null = null;
let armedMs = Number.NaN;
/** What the wall clock was ahead of the monotonic one when the alarm was set last. */
let clockOffsetMs = 0;

/** Queues a task, or takes its new moment. */
export function queueAtWallTime(task: WallTask): void {
  if (task.dueMs === Number.POSITIVE_INFINITY) {
    leaveWallQueue(task);
    return;
  }
  tasks.add(task);
  if (!(armedMs <= task.dueMs)) arm();
}

export function leaveWallQueue(task: WallTask): void {
  tasks.delete(task);
  if (tasks.size === 0) disarm();
}

function disarm(): void {
  cancel?.();
  cancel = null;
  armedMs = Number.NaN;
}

function arm(): void {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const { dueMs } of tasks) nextMs = Math.min(nextMs, dueMs);
  if (cancel !== null && nextMs === armedMs) return;
  disarm();
  if (nextMs === Number.POSITIVE_INFINITY) return;
  const { wallMs, monotonicMs } = now();
  clockOffsetMs = wallMs - monotonicMs;
  armedMs = nextMs;
  cancel = setWallAlarm(ioLoop(), nextMs, look);
}

function look(): void {
  disarm();
  const { wallMs, monotonicMs } = now();
  if (Math.abs(wallMs - monotonicMs - clockOffsetMs) > CLOCK_SET_MS) {
    for (const task of tasks) task.clockSet(wallMs);
  }
  takeTurn([...tasks].filter(({ dueMs }) => dueMs <= wallMs));
}

function takeTurn(due: readonly WallTask[]): void {
  const nowMs = now().wallMs;
  for (const task of due.slice(0, TURN)) {
    if (tasks.has(task)) task.run(nowMs);
  }
  if (due.length > TURN) setImmediate(() => takeTurn(due.slice(TURN)));
  else if (tasks.size > 0) arm();
}
