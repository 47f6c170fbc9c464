import { describe, expect, test } from 'vitest';
import { ListenerProtocol } from '../../src/events/listener-protocol.ts';
import { fc } from '../properties.ts';

/** Lets a listener write these pieces; events are sent and results acknowledged as a pool would. */
function converse(pieces: readonly (string | Buffer)[]): string[] {
  const protocol = new ListenerProtocol();
  const heard: string[] = [];
  for (const piece of pieces) {
    let outcome = protocol.next(Buffer.from(piece));
    while (outcome !== null) {
      if (outcome.type === 'ready') {
        heard.push('ready');
        protocol.sent();
      } else if (outcome.type === 'result') {
        heard.push(`result ${outcome.result.toString('latin1')}`);
        protocol.acknowledge();
      } else {
        heard.push(`violation ${outcome.line === null ? 'without a line' : outcome.line.toString('latin1')}`);
      }
      outcome = protocol.next();
    }
  }
  return [...heard, protocol.state];
}

function bytesOf(text: string): string[] {
  return [...Buffer.from(text)].map((byte) => String.fromCharCode(byte));
}

describe('a listener that keeps to the protocol', () => {
  const talk = 'READY\nRESULT 2\nOKREADY\nRESULT 4\nFAILREADY\n';
  const meaning = ['ready', 'result OK', 'ready', 'result FAIL', 'ready', 'BUSY'];

  test('may send everything in one write', () => {
    expect(converse([talk])).toEqual(meaning);
  });

  test('may send it byte by byte', () => {
    expect(converse(bytesOf(talk))).toEqual(meaning);
  });

  test('may be cut in two anywhere', () => {
    for (let at = 0; at <= talk.length; at += 1) {
      expect(converse([talk.slice(0, at), talk.slice(at)])).toEqual(meaning);
    }
  });

  test('means the same in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(talk.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), talk.length];
        expect(converse(at.slice(1).map((end, index) => talk.slice(at[index], end)))).toEqual(meaning);
      }),
    );
  });
});

describe('results', () => {
  const resultOf = (...pieces: string[]) => converse(['READY\n', ...pieces]).slice(1);

  test('are bytes: line ends, READY and NUL in them mean nothing', () => {
    expect(resultOf('RESULT 9\nREADY\n\0\nx')).toEqual(['result READY\n\0\nx', 'ACKNOWLEDGED']);
  });

  test('that are empty count at once', () => {
    expect(resultOf('RESULT 0\n')).toEqual(['result ', 'ACKNOWLEDGED']);
  });

  test('are waited for while bytes of them are missing', () => {
    expect(resultOf('RESULT 4\nOK')).toEqual(['BUSY']);
  });

  test.each(['result  +2 ', 'RESULT \v2\f', 'RESULT 0_2'])(
    'need not stand behind that very word, and their number is one of Python: %j',
    (line) => {
      expect(resultOf(`${line}\nOK`)).toEqual(['result OK', 'ACKNOWLEDGED']);
    },
  );

  test.each([
    'RESULT',
    'RESULT ',
    'RESULT x',
    'RESULT -1',
    'RESULT 2 3',
    'RESULT 1e3',
    'RESULT 2_',
    'RESULT \x1c2',
    'rubbish',
    '',
    'READY',
  ])('cannot begin with the line %j', (line) => {
    expect(resultOf(`${line}\nOK`)).toEqual([`violation ${line}`, 'UNKNOWN']);
  });

  test('that promise more than any answer needs are refused', () => {
    expect(resultOf('RESULT 99999999999\n')).toEqual(['violation RESULT 99999999999', 'UNKNOWN']);
  });

  test('whose line does not end are refused before they fill the memory', () => {
    expect(resultOf('R'.repeat(4096))).toEqual(['BUSY']);
    expect(resultOf('R'.repeat(4097))[1]).toBe('UNKNOWN');
  });
});

describe('a listener that breaks the protocol', () => {
  test.each([
    ['writes rubbish before READY', 'hello world\n'],
    ['writes READY in small letters', 'ready\nREADY\n'],
    ['puts a blank before it', ' READY\n'],
    ['ends the line as other systems do', 'READY\r\n'],
  ])('because it %s is UNKNOWN', (_how, text) => {
    expect(converse([text])).toEqual(['violation without a line', 'UNKNOWN']);
  });

  test('is not judged before there are six bytes', () => {
    expect(converse(['hello'])).toEqual(['ACKNOWLEDGED']);
  });

  test('with a second READY before an event has come is UNKNOWN', () => {
    const protocol = new ListenerProtocol();
    expect(protocol.next(Buffer.from('READY\nREADY\n'))).toEqual({ type: 'ready' });
    expect(protocol.next()).toEqual({ type: 'violation', line: null });
    expect(protocol.state).toBe('UNKNOWN');
  });

  test('is not read any more, whatever it writes', () => {
    expect(converse(['rubbish\n', 'READY\n', 'RESULT 2\nOK'])).toEqual([
      'violation without a line',
      'UNKNOWN',
    ]);
  });
});
