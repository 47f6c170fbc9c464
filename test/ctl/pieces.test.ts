/** The small parts, each for itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns } from '../../src/ctl/commands/columns.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { complete } from '../../src/ctl/completion/tab-key.ts';
import { parseLine } from '../../src/ctl/dispatch.ts';
import { joinName, padText, splitName } from '../../src/ctl/names/names.ts';
import { editDistance, nearestName } from '../../src/ctl/names/suggest.ts';
import { wantsColour } from '../../src/ctl/terminal/colour.ts';
import { prefixLines } from '../../src/ctl/terminal/log-prefix.ts';
import { fitText, printable, textWidth } from '../../src/ctl/terminal/text-width.ts';
import { isUrl, parseServerUrl } from '../../src/ctl/wire/server-url.ts';
import type { ProcessInfo } from '../../src/ctl/wire/supervisor-api.ts';
import { processInfo } from './fake-server.ts';

describe('a line', () => {
  it.each([
    ['', null],
    ['  \t', null],
    [' status  a ', { command: 'status', argument: 'a', line: 'status  a' }],
    ['?', { command: 'help', argument: '', line: 'help ' }],
    ['?stop', { command: 'help', argument: 'stop', line: 'help stop' }],
    ['!ls', { command: null, argument: '', line: '!ls' }],
    ['-x', { command: null, argument: '-x', line: '-x' }],
    ['a-b', { command: 'a', argument: '-b', line: 'a-b' }],
  ])('%j is understood as Python understands it', (text, parsed) => {
    expect(parseLine(text)).toEqual(parsed);
  });
});

describe('names', () => {
  it.each([
    ['cat', { group: 'cat', process: 'cat' }],
    ['group:', { group: 'group', process: null }],
    ['group:*', { group: 'group', process: null }],
    ['a:b:c', { group: 'a', process: 'b:c' }],
  ])('%s is split', (name, expected) => {
    expect(splitName(name)).toEqual(expected);
  });

  it('are short where group and process are the same', () => {
    expect([joinName('a', 'a'), joinName('a', 'b'), joinName('a', null)]).toEqual(['a', 'a:b', 'a:None']);
  });

  it('are padded by characters, not by code units', () => {
    expect(padText('😀ä', 4)).toBe('😀ä  ');
  });
});

describe('server URLs', () => {
  it.each([
    ['unix:///tmp/s.sock', { kind: 'unix', path: '/tmp/s.sock' }],
    ['http://localhost:9001', { kind: 'inet', host: 'localhost', port: 9001 }],
    ['http://HOST/path', { kind: 'inet', host: 'host', port: 80 }],
    ['http://user:word@host:1/', { kind: 'inet', host: 'host', port: 1 }],
    ['http://[::1]:9001/RPC2', { kind: 'inet', host: '::1', port: 9001 }],
  ])('%s', (url, target) => {
    expect(parseServerUrl(url)).toEqual(target);
  });

  it.each([
    ['nope', false],
    ['http:', false],
    ['http://', false],
    ['http://?x', false],
    ['9a:b', false],
    ['a:b', true],
    ['unix:///x', true],
  ])('%s is taken for one: %s', (text, expected) => {
    expect(isUrl(text)).toBe(expected);
  });
});

describe('suggestions', () => {
  it('count a swap as one mistake', () => {
    expect([editDistance('statsu', 'status'), editDistance('', 'abc'), editDistance('abc', 'abc')]).toEqual([
      1, 3, 0,
    ]);
  });

  it('are given for what is near, and for nothing else', () => {
    const names = ['web-1', 'database', 'x'];
    expect([nearestName('wbe-1', names), nearestName('dtabse', names), nearestName('mail', names)]).toEqual([
      'web-1',
      'database',
      null,
    ]);
  });
});

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

describe('text on a terminal', () => {
  it('is cut and filled to exactly the width, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
        expect(textWidth(fitText(printable(text), width))).toBe(width);
      }),
    );
  });

  it.each([
    ['漢字', 4],
    ['a\u0301', 1],
    ['😀', 2],
    ['✅', 2],
    ['⚠️', 2],
    ['☎', 1],
    ['👩‍👩‍👧', 2],
    ['🇸🇪', 2],
    ['1️⃣', 2],
    ['한국', 4],
    ['ｱ', 1],
    ['päron', 5],
  ])('%s takes %i cells', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('is cut between characters, and never inside one', () => {
    expect([fitText('ab✅cd', 4), fitText('👩‍👩‍👧👩‍👩‍👧', 3), fitText('e\u0301e\u0301e\u0301', 2)]).toEqual([
      'ab… ',
      '👩‍👩‍👧…',
      'e\u0301…',
    ]);
  });

  it('loses what could move the cursor', () => {
    expect(printable('a\u001b[2Jb\u001b]0;title\u0007c\rd\te\u009b1m')).toBe('abcd e1m');
  });

  it('is put in columns as the stock client does', () => {
    expect(columns(['a', 'bb', 'ccc', 'd'], 9)).toEqual(['a   ccc', 'bb  d  ']);
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('has colours: terminal %s, %j', (isTerminal, environment, expected) => {
    expect(wantsColour(isTerminal, environment)).toBe(expected);
  });
});

describe('several logs in one', () => {
  it('have their names in front of each line, however the bytes come', () => {
    const bytes = Buffer.from('one\ngrüße\r\nlast');
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (places) => {
        const lines: string[] = [];
        const stream = prefixLines('x | ', (line) => lines.push(line));
        const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length];
        for (const [index, end] of cuts.slice(1).entries()) stream.push(bytes.subarray(cuts[index], end));
        stream.end();
        expect(lines).toEqual(['x | one', 'x | grüße', 'x | last']);
      }),
    );
  });

  it('show a line that never ends in parts', () => {
    const lines: string[] = [];
    prefixLines('', (line) => lines.push(line)).push(Buffer.alloc(70_000, 'x'));
    expect(lines).toHaveLength(1);
  });
});
