/**
 * The result of a call, for a view.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';
import type { Params } from '../model/actions.ts';
import { ApiFault, call, messageOf } from './api.ts';

export interface Called<Result> {
  /** Null before the first answer, and where there is none. */
  readonly result: Result | null;
  readonly trouble: string | null;
  /** The daemon does not have the method. */
  readonly isUnknown: boolean;
}

const NOTHING = { result: null, trouble: null, isUnknown: false };
const UNKNOWN_METHOD = 1;

/** Calls when the view is shown, and again when one of the values has changed; the last result is shown meanwhile. */
export function useCall<Result>(
  method: string,
  params: Params,
  when: readonly unknown[] = [],
): Called<Result> {
  const [called, setCalled] = useState<Called<Result>>(NOTHING);
  useEffect(() => {
    const leaving = new AbortController();
    call<Result>(method, params, leaving.signal).then(
      (result) => setCalled({ result, trouble: null, isUnknown: false }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        const isUnknown = error instanceof ApiFault && error.code === UNKNOWN_METHOD;
        setCalled({ result: null, trouble: messageOf(error), isUnknown });
      },
    );
    return () => leaving.abort();
  }, [method, ...params, ...when]);
  return called;
}
