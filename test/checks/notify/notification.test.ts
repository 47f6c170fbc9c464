import { expect, test } from 'vitest';
import { parseNotification } from '../../../src/checks/notify/notification.ts';

const NOTHING = {
  isReady: false,
  isReloading: false,
  isStopping: false,
  status: null,
  watchdog: null,
  extendMs: null,
};

test('the lines of a datagram are read, and what is not known is ignored', () => {
  expect(parseNotification('READY=1\nSTATUS=serving on 8080\nMAINPID=12\n')).toEqual({
    ...NOTHING,
    isReady: true,
    status: 'serving on 8080',
  });
  expect(parseNotification('WATCHDOG=1')).toEqual({ ...NOTHING, watchdog: 'alive' });
  expect(parseNotification('WATCHDOG=trigger')).toEqual({ ...NOTHING, watchdog: 'trigger' });
  expect(parseNotification('EXTEND_TIMEOUT_USEC=2500000')).toEqual({ ...NOTHING, extendMs: 2500 });
  expect(parseNotification('RELOADING=1\nMONOTONIC_USEC=5')).toEqual({ ...NOTHING, isReloading: true });
  expect(parseNotification('STOPPING=1')).toEqual({ ...NOTHING, isStopping: true });
});

test.each(['', '\n', '=1', 'READY', 'READY=0', 'EXTEND_TIMEOUT_USEC=-1', 'EXTEND_TIMEOUT_USEC=1e9'])(
  '%j reports nothing',
  (text) => {
    expect(parseNotification(text)).toEqual(NOTHING);
  },
);

test('a status has no control characters, and is cut', () => {
  expect(parseNotification('STATUS=\u001b[1mready\t\u0000\uD800').status).toBe('[1mready \uFFFD');
  expect(parseNotification(`STATUS=${'ü'.repeat(500)}`).status).toBe('ü'.repeat(200));
});
