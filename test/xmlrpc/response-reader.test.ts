/** What we read is what the `xmlrpc` package reads and what the server wrote. */

import { describe, expect, it } from 'vitest';
import { MalformedResponseError, readMethodResponse } from '../../src/xmlrpc/response-reader.ts';
import type { RpcValue } from '../../src/xmlrpc/values.ts';
import { writeFault, writeResponse } from '../../src/xmlrpc/writer.ts';
import { fc } from '../properties.ts';
import { deserializeResponse } from '../rpc/package-codec.ts';

const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('<', '>', '&', ']', '\n', ' ', '"', "'", 'ä', '漢', '😀'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  })
  .map((value) => value.replace(/[^\t\n -~äöü漢😀]/gu, '?'));
const value: fc.Arbitrary<RpcValue> = fc.letrec<{ value: RpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

function read(xml: string): unknown {
  const response = readMethodResponse(xml);
  return response.kind === 'value' ? response.value : response;
}

describe('an answer', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(value, (sent) => {
        expect(read(writeResponse(sent).toString())).toEqual(sent);
      }),
    );
  });

  it('is read as the package reads it', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (sent) => {
        const xml = writeResponse(sent).toString();
        expect(read(xml)).toEqual(await deserializeResponse(xml));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['<value>bare &lt;text&gt;</value>', 'bare <text>'],
    ['<value> </value>', ' '],
    ['<value></value>', ''],
    ['<value><string/></value>', ''],
    ['<value><string>a<![CDATA[<b>&amp;]]>c</string></value>', 'a<b>&amp;c'],
    ['<value><string>&#228;&#x1F600;&quot;</string></value>', 'ä😀"'],
    ['<value><string>a\r\nb\rc</string></value>', 'a\nb\nc'],
    ['<value><string>a&#13;b</string></value>', 'a\rb'],
    ['<value><i4>-7</i4></value>', -7],
    ['<value><i8>5000000000</i8></value>', 5_000_000_000],
    ['<value><double>1.5</double></value>', 1.5],
    ['<value><nil/></value>', null],
    ['<value><array><data/></array></value>', []],
    ['<value><struct/></value>', {}],
    ['<value><!-- note --><int>3</int></value>', 3],
  ])('may be written %s', (xml, expected) => {
    const whole = `<?xml version="1.0"?>\n<methodResponse><params><param>${xml}</param></params></methodResponse>`;
    expect(read(whole)).toEqual(expected);
  });

  it('that is a fault has its code and text', () => {
    const xml = writeFault(10, 'BAD_NAME: <x> & y').toString();
    expect(readMethodResponse(xml)).toEqual({ kind: 'fault', code: 10, text: 'BAD_NAME: <x> & y' });
  });

  it('that breaks off anywhere is not an answer', () => {
    const xml = writeResponse([{ name: 'a', list: [1, true, 'x'] }])
      .toString()
      .trimEnd();
    for (let length = 0; length < xml.length; length += 1) {
      expect(() => readMethodResponse(xml.slice(0, length)), String(length)).toThrow(MalformedResponseError);
    }
  });

  it('of arbitrary bytes is not an answer, and causes no other error', () => {
    const piece = fc.constantFrom(
      '<methodResponse>',
      '</methodResponse>',
      '<params>',
      '<param>',
      '<value>',
      '</value>',
      '<int>',
      '</int>',
      '<struct>',
      '<member>',
      '<name>',
      '</',
      '<',
      '>',
      '&',
      '&#',
      ';',
      'x',
      '1',
      '<array>',
      '<data>',
      '<!--',
      '<![CDATA[',
      '<!DOCTYPE x>',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(() => readMethodResponse(pieces.join(''))).toThrow(MalformedResponseError);
      }),
    );
  });

  it('nested without end is refused', () => {
    const xml = `<methodResponse><params><param>${'<value><array><data>'.repeat(100_000)}`;
    expect(() => readMethodResponse(xml)).toThrow(MalformedResponseError);
  });
});
