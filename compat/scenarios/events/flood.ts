/**
 * More events than listeners handle: what is kept, what is dropped, and how that is logged.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { callMethod, untilState } from '../support/calls.ts';
import { listener, pool, receivedBy, writeListeners } from './listeners.ts';

const COUNT = 1000;

export const eventsFlood: Scenario = {
  name: 'events-flood',
  title: 'a thousand events at once into small buffers',
  needs: ['python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    side.writeFile(
      'supervisord.conf',
      [
        side.preamble,
        listener(side, 'small', 'python', 'REMOTE_COMMUNICATION', 'buffer_size=10', 'stopwaitsecs=0'),
        listener(side, 'large', 'node', 'REMOTE_COMMUNICATION', 'buffer_size=2000'),
        pool('absent', '/bin/cat', 'REMOTE_COMMUNICATION', 'buffer_size=3', 'autostart=false'),
      ].join('\n'),
    );
    const daemon = await side.start();
    for (const name of ['small', 'large']) await untilState(side, name, 'RUNNING');
    await flood(side);
    await side.waitFor('all is heard', () => receivedBy(side, 'large').length === COUNT, 60);
    await side.waitFor('the last is heard', () => lastOf(side, 'small') === String(COUNT - 1), 60);

    side.observe('a large buffer keeps all, in order', isRising(numbersOf(side, 'large')));
    const kept = numbersOf(side, 'small');
    side.observe('a small buffer keeps the order', isRising(kept));
    side.observe('a small buffer keeps some', kept.length >= 10 && kept.length < COUNT);
    side.observe(
      'what is kept and what is dropped is all there was',
      kept.length + dropped(side, 'small').length,
    );
    side.observe('dropped by a pool without listeners', dropped(side, 'absent').length);
    side.observe('the log line of the first', side.normalise(dropped(side, 'absent')[0] ?? ''));
    side.observe('the log line of the last', side.normalise(dropped(side, 'absent').at(-1) ?? ''));
    side.observe('the daemon answers', await callMethod(side, ['getState']));
    side.observe('exit code', await daemon.stop());
  },
};

async function flood(side: Side): Promise<void> {
  const calls = Array.from({ length: COUNT }, (_, index) => ({
    methodName: 'supervisor.sendRemoteCommEvent',
    params: ['number', String(index)],
  }));
  await side.rpc('system.multicall', [calls]);
}

function numbersOf(side: Side, name: string): number[] {
  return receivedBy(side, name).map(({ payload }) => Number(payload.split('\n')[1]));
}

function lastOf(side: Side, name: string): string {
  return String(numbersOf(side, name).at(-1));
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > Number(numbers[index - 1]));
}

function dropped(side: Side, name: string): string[] {
  return side
    .readFile('main.log')
    .split('\n')
    .filter((line) => line.includes(`pool ${name} event buffer overflowed`));
}
