import { expect, test } from 'vitest';
import type { EventType } from '../../src/config/tables/event-types.ts';
import { EventBus } from '../../src/events/bus.ts';
import { groupEvent, supervisorStateEvent, tickEvent } from '../../src/events/event.ts';

function listenTo(bus: EventBus, heard: string[], name: string, ...types: EventType[]): () => void {
  return bus.subscribe(new Set(types), ({ type }) => heard.push(`${name} ${type}`));
}

function publishSome(bus: EventBus): void {
  bus.publish('TICK_5', () => tickEvent(5, 10));
  bus.publish('TICK_60', () => tickEvent(60, 60));
  bus.publish('PROCESS_GROUP_ADDED', () => groupEvent('ADDED', 'web'));
}

test('subscribers to a parent receive all types below it, in the order of the subscriptions', () => {
  const bus = new EventBus();
  const heard: string[] = [];
  listenTo(bus, heard, 'all', 'EVENT');
  listenTo(bus, heard, 'ticks', 'TICK');
  listenTo(bus, heard, 'five', 'TICK_5');
  listenTo(bus, heard, 'groups', 'PROCESS_GROUP');
  publishSome(bus);
  expect(heard).toEqual([
    'all TICK_5',
    'ticks TICK_5',
    'five TICK_5',
    'all TICK_60',
    'ticks TICK_60',
    'all PROCESS_GROUP_ADDED',
    'groups PROCESS_GROUP_ADDED',
  ]);
});

test('an event of several wanted types is delivered once', () => {
  const bus = new EventBus();
  const heard: string[] = [];
  listenTo(bus, heard, 'both', 'TICK', 'TICK_5', 'EVENT');
  bus.publish('TICK_5', () => tickEvent(5, 10));
  expect(heard).toEqual(['both TICK_5']);
});

test('an event without a subscriber is not made', () => {
  const bus = new EventBus();
  const heard: string[] = [];
  const leave = listenTo(bus, heard, 'ticks', 'TICK');
  const make = () => {
    throw new Error('made');
  };
  bus.publish('PROCESS_GROUP_ADDED', make);
  expect(bus.isWanted('TICK_3600')).toBe(true);
  leave();
  expect(bus.isWanted('TICK_3600')).toBe(false);
  bus.publish('TICK_3600', make);
  expect(heard).toEqual([]);
});

test('a subscriber may leave while an event is delivered', () => {
  const bus = new EventBus();
  const heard: string[] = [];
  const leave = bus.subscribe(new Set(['EVENT']), ({ type }) => {
    heard.push(`first ${type}`);
    leave();
  });
  listenTo(bus, heard, 'second', 'EVENT');
  bus.publish('SUPERVISOR_STATE_CHANGE_RUNNING', () => supervisorStateEvent('RUNNING'));
  bus.publish('SUPERVISOR_STATE_CHANGE_STOPPING', () => supervisorStateEvent('STOPPING'));
  expect(heard).toEqual([
    'first SUPERVISOR_STATE_CHANGE_RUNNING',
    'second SUPERVISOR_STATE_CHANGE_RUNNING',
    'second SUPERVISOR_STATE_CHANGE_STOPPING',
  ]);
});
