/**
 * The state of a process: a sign and a word, so that it needs no colours.
 *
 * @module
 */
import type { Row } from '../model/process.ts';
import { appearanceOf, type Tone } from '../model/states.ts';

export function Badge({ row }: { readonly row: Row }) {
  const { tone, label } = appearanceOf(row);
  return (
    <span class={`badge ${tone}`}>
      <Dot tone={tone} />
      {label}
    </span>
  );
}

export function Dot({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="dot" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" focusable="false">
      {SIGNS[tone]}
    </svg>
  );
}

const SIGNS = {
  good: <circle class="fill" cx="5" cy="5" r="4" />,
  idle: <circle class="line" cx="5" cy="5" r="3.4" />,
  busy: <path class="line turns" d="M5 1.6A3.4 3.4 0 1 1 1.6 5" />,
  warn: <path class="fill" d="M5 .8L9.6 9H.4z" />,
  bad: <path class="line strong" d="M1.8 1.8l6.4 6.4M8.2 1.8L1.8 8.2" />,
};
