/**
 * Starts, stops and restarts from the live view. A stop and a restart are asked for once more.
 *
 * @module
 */
import { type ActionTarget, act, summarise, type Verb } from './actions.ts';
import { chosenRows } from './list.ts';
import { groupTarget, nameTargets, targetOf } from './targets.ts';
import type { Question, WatchModel } from './watch-model.ts';

/** How long after an action begins its first effects are read, in milliseconds. */
const POLL_MS = 50;

const CONFIRMATION = '? y/N';

export interface WatchActions {
  /** Acts on the marked processes, else on the selected one. */
  onChosen(verb: Verb): void;
  /** Acts on the group of the selected process. */
  onGroup(verb: Verb): void;
  /** The question was answered with yes. */
  confirmed(question: Question): void;
}

/** @param done called when an action has ended */
export function watchActions(model: WatchModel, done: () => void): WatchActions {
  const run = async (verb: Verb, targets: readonly ActionTarget[], what: string): Promise<void> => {
    model.message = `${verb} ${what} …`;
    const polling = setTimeout(() => model.pollNow(), POLL_MS);
    model.message = summarise(verb, await act(verb, targets));
    clearTimeout(polling);
    model.pollNow();
    done();
  };
  const ask = (verb: Verb, targets: readonly ActionTarget[], what: string): void => {
    if (targets.length === 0) return;
    if (verb === 'start') void run(verb, targets, what);
    else {
      const text = `${verb} ${what}${CONFIRMATION}`;
      model.mode = { kind: 'question', question: { text, verb, targets } };
    }
  };
  return {
    onChosen: (verb) => {
      const targets = chosenRows(model.rows, model.list)
        .map((row) => targetOf(model.hosts, row))
        .filter((target) => target !== null);
      ask(verb, targets, nameTargets(targets));
    },
    onGroup: (verb) => {
      const row = model.selected;
      const group = row === null ? null : groupTarget(model.hosts, model.rows, row);
      if (group !== null) ask(verb, [group.target], group.what);
    },
    confirmed: ({ verb, targets, text }) =>
      void run(verb, targets, text.slice(verb.length + 1, -CONFIRMATION.length)),
  };
}
