/**
 * The protocol of event listeners: the output of a listener means the same in any pieces, and the buffer for it is
 * bounded.
 *
 * @module
 */
import { ListenerProtocol } from '../../../src/events/listener-protocol.ts';
import { Failure, type Target } from '../fuzz.ts';
import { amplified, mutated, pieces } from '../mutate.ts';

const TALKS = [
  'READY\nRESULT 2\nOKREADY\nRESULT 4\nFAILREADY\n',
  'READY\nRESULT 0\nREADY\nRESULT 9\nREADY\n\0\nxREADY\n',
  'READY\nresult  +2 \nOK',
  'READY\nREADY\n',
  'READY\nRESULT 99999999\n',
  'READY\nRESULT -1\nOK',
  'rubbish\nREADY\n',
  'READY\nRESULT 2\nOKOKREADY\n',
];

/** What one write of the loudest listener adds at the most, and what the protocol may keep of it. */
const MOST_KEPT_BYTES = 16 << 20;

export const listener: Target = {
  name: 'listener',
  title: 'what event listeners write',
  run: async (fuzz) => {
    while (fuzz.mayGoOn()) {
      const { random } = fuzz;
      const base = random.pick(TALKS);
      const text = random.chance(0.15) ? amplified(random, base) : mutated(random, base, TALKS);
      const bytes = Buffer.from(text, 'latin1');
      const cut = pieces(random, bytes);
      const whole = fuzz.trial(bytes, () => converse([bytes]));
      const parts = fuzz.trial(bytes, () => converse(cut));
      // A listener that breaks the protocol is judged by what has come so far.
      if (withoutLine(whole) !== withoutLine(parts))
        throw new Failure(`in pieces: ${parts}, and whole: ${whole}`);
      fuzz.saw(whole.slice(whole.lastIndexOf(' ') + 1));
      if (process.memoryUsage.rss() > 20 * MOST_KEPT_BYTES) throw new Failure('the memory grows');
    }
  },
};

/** Each event is sent, and each result acknowledged, as soon as the protocol allows it. */
function converse(parts: readonly Buffer[]): string {
  const protocol = new ListenerProtocol();
  const outcomes: string[] = [];
  for (const part of parts) {
    for (let outcome = protocol.next(part); outcome !== null; outcome = protocol.next()) {
      switch (outcome.type) {
        case 'ready':
          outcomes.push('ready');
          protocol.sent();
          break;
        case 'result':
          outcomes.push(`result:${outcome.result.toString('base64')}`);
          protocol.acknowledge();
          break;
        case 'violation':
          outcomes.push(`violation:${outcome.line?.toString('base64') ?? ''}`);
      }
    }
  }
  return [...outcomes, protocol.state].join(' ');
}

function withoutLine(outcomes: string): string {
  return outcomes.replaceAll(/violation:\S*/g, 'violation');
}
