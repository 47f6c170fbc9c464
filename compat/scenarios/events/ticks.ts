/**
 * TICK events, which come at multiples of their period.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { listener, receivedBy, withoutNumbers, writeListeners } from './listeners.ts';

export const eventsTicks: Scenario = {
  name: 'events-ticks',
  title: 'ticks, their receivers and their contents',
  needs: ['python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    const names = ['five', 'ticks', 'everything', 'hours'];
    side.writeFile(
      'supervisord.conf',
      [
        side.preamble,
        listener(side, 'five', 'python', 'TICK_5', 'stopwaitsecs=1'),
        listener(side, 'ticks', 'node', 'tick'),
        listener(side, 'everything', 'sh', 'EVENT'),
        listener(side, 'hours', 'node', 'TICK_3600'),
      ].join('\n'),
    );
    await side.start();
    const ticksOf = (name: string) =>
      receivedBy(side, name).filter(({ headers }) => headers.eventname === 'TICK_5');
    await side.waitFor('two ticks', () => names.slice(0, 3).every((name) => ticksOf(name).length >= 2), 60);
    for (const name of names.slice(0, 3)) {
      const [first, second] = ticksOf(name).map(({ payload }) => Number(payload.slice('when:'.length)));
      side.observe(`ticks of ${name}`, {
        payload: withoutNumbers(ticksOf(name)[0]?.payload ?? ''),
        isMultiple: Number(first) % 5 === 0,
        distance: Number(second) - Number(first),
      });
    }
    side.observe('a subscriber to full hours receives nothing', receivedBy(side, 'hours').length < 2);
    side.observe(
      'a subscriber to ticks only receives nothing else',
      receivedBy(side, 'five').every(({ headers }) => headers.eventname === 'TICK_5') &&
        receivedBy(side, 'ticks').every(({ headers }) => headers.eventname?.startsWith('TICK_')),
    );
  },
};
