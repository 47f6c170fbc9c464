/**
 * A value that views follow.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';

export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

export function storeOf<Value>(first: Value): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value, and another rendering after each change. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, render] = useState({});
  const value = store.get();
  useEffect(() => {
    // It may have changed between the rendering and its effect.
    if (!Object.is(store.get(), value)) render({});
    return store.subscribe(() => render({}));
  }, [store]);
  return value;
}

/** The time, in seconds since the epoch by the clock of the daemon, each second. */
export function useSeconds(offset: number): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setNow(Date.now() / 1000);
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return now + offset;
}
