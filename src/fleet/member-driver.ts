/**
 * Drives the member of this node: gives it events with the time, runs what it decides, and wakes it when it is due.
 *
 * @module
 */
import { setAlarm } from '../io/timers.ts';
import { bootTime } from '../native/posix.ts';
import type { Member, MemberEffect, MemberEvent } from './slots/member.ts';

export interface MemberDriver {
  /** Between `open` and `close`. */
  readonly isOpen: boolean;
  /** Events are taken from now on. */
  open(): void;
  handle(event: MemberEvent): void;
  /** Checks the condition after every event. @returns false when the time is over */
  until(isDone: () => boolean, limitMs: number): Promise<boolean>;
  close(): void;
}

export interface MemberDriverOptions {
  readonly member: Member;
  /** The member has decided, and no effect is run yet. */
  readonly decided: () => void;
  readonly run: (effect: MemberEffect) => void;
}

export function driveMember({ member, decided, run }: MemberDriverOptions): MemberDriver {
  let isOpen = false;
  let cancelAlarm: (() => void) | null = null;
  const waiters = new Set<() => void>();

  const arm = (dueMs: number): void => {
    cancelAlarm?.();
    cancelAlarm =
      dueMs === Number.POSITIVE_INFINITY
        ? null
        : setAlarm(Math.max(1, Math.ceil(dueMs - bootTime())), () => handle({ type: 'due' }));
  };
  const handle = (event: MemberEvent): void => {
    if (!isOpen) return;
    const { effects, dueMs } = member.handle(event, bootTime());
    decided();
    // Effects may bring further events, which have later alarms.
    arm(dueMs);
    for (const effect of effects) run(effect);
    for (const look of [...waiters]) look();
  };
  return {
    get isOpen() {
      return isOpen;
    },
    open: () => {
      isOpen = true;
    },
    handle,
    until: (isDone, limitMs) => {
      if (isDone()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const look = (): void => {
          if (isDone()) end(true);
        };
        const end = (result: boolean): void => {
          cancel();
          waiters.delete(look);
          resolve(result);
        };
        const cancel = setAlarm(limitMs, () => end(false));
        waiters.add(look);
      });
    },
    close: () => {
      isOpen = false;
      cancelAlarm?.();
    },
  };
}
