/** What the Tab key offers in a session. */
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/ctl/commands/table.ts';
import { complete } from '../../../src/ctl/completion/tab-key.ts';
import type { ProcessInfo } from '../../../src/ctl/wire/supervisor-api.ts';
import { processInfo } from '../fake-server.ts';

describe('the Tab key', () => {
  const infos = ['cat', 'off']
    .map((name) => processInfo(name))
    .concat([
      processInfo('left', { group: 'pair' }),
      processInfo('right', { group: 'pair' }),
    ]) as unknown as ProcessInfo[];
  const ofStock = COMMANDS.filter(({ isStock }) => isStock);
  const at = async (line: string): Promise<readonly string[]> =>
    (await complete(line, () => Promise.resolve(infos), ofStock)).matches;

  it.each([
    ['sta', ['start ', 'status ']],
    ['start ', ['cat ', 'off ', 'pair:left ', 'pair:* ', 'pair:right ']],
    ['stop c', ['cat ']],
    ['stop cat:', ['cat:cat ', 'cat:* ']],
    ['restart pair:l', ['pair:left ']],
    ['update pa', ['pair ']],
    ['help main', ['maintail ']],
    ['version ', []],
    ['nope ', []],
  ])('behind %j', async (line, expected) => {
    expect(await at(line)).toEqual(expected);
  });

  it('offers every action on an empty line', async () => {
    expect((await at('')).slice(0, 3)).toEqual(['add ', 'avail ', 'clear ']);
  });
});
