/**
 * Messages at the edge of the page, and questions before an action.
 *
 * @module
 */
import type { Failure } from '../model/outcome.ts';
import { storeOf } from './store.ts';

export interface Message {
  readonly key: number;
  readonly kind: 'working' | 'done' | 'error';
  readonly text: string;
  readonly failures: readonly Failure[];
}

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly isHarmful: boolean;
  /** Asks for a number, too. */
  readonly number?: NumberField;
  /** @param number that was typed */
  answer(isConfirmed: boolean, number?: number): void;
}

export interface NumberField {
  readonly label: string;
  readonly first: number;
  readonly least: number;
  readonly most: number;
  /** A second button, whose answer is null: as `As configured (4)`. */
  readonly other: string | null;
  choose?(): void;
}

export const messages = storeOf<readonly Message[]>([]);
export const question = storeOf<Question | null>(null);

const DONE_MS = 5000;
const MOST = 5;
let lastKey = 0;

/** Shows a message: a success disappears by itself, an error stays until it is closed. @returns its key */
export function show(kind: Message['kind'], text: string, failures: readonly Failure[] = []): number {
  lastKey += 1;
  const key = lastKey;
  messages.set([...messages.get().slice(1 - MOST), { key, kind, text, failures }]);
  if (kind === 'done') setTimeout(() => close(key), DONE_MS);
  return key;
}

export function close(key: number): void {
  messages.set(messages.get().filter((message) => message.key !== key));
}

/** Resolves with false where the user does not want it. */
export function ask(asked: Omit<Question, 'answer' | 'number'>): Promise<boolean> {
  question.get()?.answer(false);
  return new Promise((resolve) => {
    const answer = (isConfirmed: boolean): void => {
      question.set(null);
      resolve(isConfirmed);
    };
    question.set({ ...asked, answer });
  });
}

/** Resolves with undefined where the user does not want it, and with null for the other button. */
export function askNumber(
  asked: Omit<Question, 'answer' | 'number'>,
  number: Omit<NumberField, 'choose'>,
): Promise<number | null | undefined> {
  question.get()?.answer(false);
  return new Promise((resolve) => {
    const close = (answer: number | null | undefined): void => {
      question.set(null);
      resolve(answer);
    };
    question.set({
      ...asked,
      number: { ...number, choose: () => close(null) },
      answer: (isConfirmed, typed) => close(isConfirmed ? typed : undefined),
    });
  });
}
