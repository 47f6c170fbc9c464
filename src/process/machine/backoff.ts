/**
 * What the machine does after a start that failed: it tries again later, or gives up.
 *
 * @module
 */
import { nextTryMs } from './pace.ts';
import type { StepDraft } from './step-draft.ts';

/** The reference's pause grows by a second with every try. */
export function backOff(draft: StepDraft): void {
  const tries = draft.history.tries + 1;
  const retryAtMs = nextTryMs(draft, tries);
  draft.remember({ tries });
  draft.enter({ name: 'BACKOFF', retryAtMs });
  draft.arm(retryAtMs);
}

/** A negative number of tries never ends. */
export function giveUpAfterLastTry(draft: StepDraft): void {
  const { startRetries } = draft.config;
  if (startRetries < 0 || draft.history.tries <= startRetries) {
    return;
  }
  giveUp(draft);
  draft.log('info', `gave up: ${draft.config.name} entered FATAL state, too many start retries too quickly`);
}

export function giveUp(draft: StepDraft): void {
  draft.remember({ tries: 0 });
  draft.disarm();
  draft.enter({ name: 'FATAL' });
}
