import { describe, expect, test } from 'vitest';
import { Double, type RpcValue } from '../../src/xmlrpc/values.ts';
import { renderValue, writeFault, writeResponse } from '../../src/xmlrpc/writer.ts';
import { need, needing } from '../needs.ts';
import { fc } from '../properties.ts';
import { deserializeResponse, packageSerializer } from '../rpc/package-codec.ts';
import { hasPython, runPython } from '../rpc/python.ts';

const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const legalText = fc
  .string({
    unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('<', '&', ']]>', '\n')),
  })
  .filter((text) => !ILLEGAL.test(text) && text.split(']]>').length < 3);

const scalar = fc.oneof(
  legalText,
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.double({ min: 0.001, max: 1e6, noNaN: true }).filter((value) => !Number.isInteger(value)),
  fc.boolean(),
);

const { value: anyValue } = fc.letrec<{ value: RpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      legalText.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

const READ_ALL = `
import json, sys, xmlrpc.client
print(json.dumps([xmlrpc.client.loads(text)[0][0] for text in json.load(sys.stdin)]))
`;

const WRITE_ALL = `
import json, sys, xmlrpc.client
print(json.dumps([xmlrpc.client.dumps((value,), methodresponse=True) for value in json.load(sys.stdin)]))
`;

describe('an answer', () => {
  test('means the same as what the xmlrpc package would have written', async () => {
    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        const ours = await deserializeResponse(writeResponse(value).toString());
        expect(ours).toEqual(await deserializeResponse(packageSerializer.serializeMethodResponse(value)));
      }),
    );
  });

  needing(test, need(hasPython, 'install python3'))('is byte for byte what Python writes', () => {
    const values = fc.sample(anyValue, { numRuns: 200, seed: 1 });
    expect(values.map((value) => writeResponse(value).toString())).toEqual(runPython(WRITE_ALL, values));
  });

  needing(test, need(hasPython, 'install python3'))('can be read by Python whatever text is in it', () => {
    const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 500, seed: 1 });
    texts.push('\u0000\u0007\u001b[31mred\u001b[0m\ud800 \ufffe', ']]> ]]>', '😀', '');
    const read = runPython(
      READ_ALL,
      texts.map((text) => writeResponse(text).toString()),
    );
    const expected = texts.map((text) =>
      text.replace(new RegExp(ILLEGAL, 'gu'), '\ufffd').replace(/\r\n?/g, '\n'),
    );
    expect(read).toEqual(expected);
  });

  test('shows control characters, which XML cannot carry, as replacement characters', () => {
    expect(renderValue('a\u001b[1mb\u0000')).toBe('<value><string>a\ufffd[1mb\ufffd</string></value>\n');
  });

  test('never holds an int beyond 32 bits', () => {
    expect(renderValue(2 ** 40)).toBe('<value><int>2147483647</int></value>\n');
    expect(renderValue(-(2 ** 40))).toBe('<value><int>-2147483648</int></value>\n');
  });

  test('holds a double where an int would be too short', () => {
    expect(renderValue(new Double(2 ** 40))).toBe('<value><double>1099511627776</double></value>\n');
    expect(JSON.stringify([new Double(3)])).toBe('[3]');
  });

  test('that is a fault has the code and the text', () => {
    expect(writeFault(10, 'BAD_NAME: <x>').toString()).toBe(
      "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n" +
        '<member>\n<name>faultCode</name>\n<value><int>10</int></value>\n</member>\n' +
        '<member>\n<name>faultString</name>\n<value><string>BAD_NAME: &lt;x&gt;</string></value>\n</member>\n' +
        '</struct></value>\n</fault>\n</methodResponse>\n',
    );
  });
});
