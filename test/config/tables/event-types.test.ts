import { expect, test } from 'vitest';
import {
  EVENT_PARENTS,
  type EventType,
  isEventType,
  isStockEventType,
  isSubscribed,
} from '../../../src/config/tables/event-types.ts';

const ALL = Object.keys(EVENT_PARENTS) as EventType[];

test('every type is a kind of EVENT, or of VISORD_EVENT if the reference has it not', () => {
  for (const type of ALL) {
    expect(isSubscribed(new Set(['EVENT']), type)).toBe(!type.startsWith('VISORD_EVENT'));
    expect(isSubscribed(new Set(['VISORD_EVENT']), type)).toBe(type.startsWith('VISORD_EVENT'));
    expect(isStockEventType(type)).toBe(!type.startsWith('VISORD_EVENT'));
    expect(isSubscribed(new Set(), type)).toBe(false);
  }
});

test('a subscriber to a kind receives the types that begin with its name, and nothing else', () => {
  for (const kind of ALL.filter((name) => name !== 'EVENT')) {
    for (const type of ALL) {
      expect(isSubscribed(new Set([kind]), type)).toBe(type === kind || type.startsWith(`${kind}_`));
    }
  }
});

test('only names of the table are types', () => {
  expect(ALL.every(isEventType)).toBe(true);
  expect(['', 'tick_5', 'TICK_7', 'toString', '__proto__'].some(isEventType)).toBe(false);
});
