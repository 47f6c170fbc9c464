import { describe, expect, test } from 'vitest';
import { readPlainCall } from '../../src/xmlrpc/quick-reader.ts';
import { readMethodCall } from '../../src/xmlrpc/request-reader.ts';
import { fc } from '../properties.ts';
import { packageSerializer } from '../rpc/package-codec.ts';

/** What the full reader makes of it; null where it refuses. */
function readFully(xml: string): unknown {
  try {
    return readMethodCall(xml);
  } catch {
    return null;
  }
}

const PYTHON = `<?xml version='1.0'?>
<methodCall>
<methodName>supervisor.startProcess</methodName>
<params>
<param>
<value><string>group:name</string></value>
</param>
<param>
<value><boolean>0</boolean></value>
</param>
<param>
<value><int>-12</int></value>
</param>
</params>
</methodCall>
`;

describe('the quick reader', () => {
  test.each([
    ['Python', PYTHON],
    [
      'the xmlrpc package',
      packageSerializer.serializeMethodCall('supervisor.startProcess', ['group:name', false, -12]),
    ],
  ])('reads what %s writes', (_, xml) => {
    expect(readPlainCall(xml)).toEqual({
      method: 'supervisor.startProcess',
      parameters: ['group:name', false, -12],
    });
  });

  test.each([
    '<methodCall><methodName>a.b</methodName></methodCall>',
    '<methodCall><methodName>a.b</methodName><params/></methodCall>',
    '<methodCall><methodName>a.b</methodName><params></params></methodCall>\n',
  ])('reads a call without parameters: %s', (xml) => {
    expect(readPlainCall(xml)).toEqual({ method: 'a.b', parameters: [] });
  });

  test('leaves a declaration that is not at the start to the full reader', () => {
    expect(readPlainCall(` ${PYTHON}`)).toBeNull();
  });

  test.each(['é', 'a&lt;b', 'a>b', 'a\rb', '\u0001'])(
    'leaves a string such as %j to the full reader',
    (text) => {
      expect(readPlainCall(PYTHON.replace('group:name', text))).toBeNull();
    },
  );

  test('reads as the full reader does, or not at all, whatever is put together', () => {
    const piece = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...(PYTHON.match(/<[^>]*>|[^<]+/g) ?? [])) },
      fc.constantFrom(
        ...[
          '<params/>',
          '<params>',
          '</params>',
          '<value>x</value>',
          '<string/>',
          '<i4>',
          '</i4>',
          ' ',
          '\r\n',
        ],
        ...[
          '<int>007</int>',
          '<int>-0</int>',
          '<boolean>2</boolean>',
          '&amp;',
          ']]>',
          '\u00a0',
          '<!-- x -->',
        ],
        ...['<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="latin1"?>', '<nil/>'],
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const xml = pieces.join('');
        const quick = readPlainCall(xml);
        if (quick !== null) expect(quick).toEqual(readFully(xml));
      }),
      { numRuns: 2000 },
    );
  });

  test('reads as the full reader does, or not at all, whatever is changed in a good request', () => {
    const pieces = PYTHON.match(/<[^>]*>|[^<]+/g) ?? [];
    const change = fc.record({
      at: fc.nat(pieces.length - 1),
      with: fc.constantFrom(
        '',
        ' ',
        '\n',
        '<params/>',
        '<params>',
        '</params>',
        'é',
        '&#65;',
        '00',
        '-',
        '1',
        '\t',
      ),
      isInsertion: fc.boolean(),
    });
    let readQuickly = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const changed = [...pieces];
        for (const { at, with: text, isInsertion } of changes) changed.splice(at, isInsertion ? 0 : 1, text);
        const xml = changed.join('');
        const quick = readPlainCall(xml);
        if (quick === null) return;
        readQuickly += 1;
        expect(quick).toEqual(readFully(xml));
      }),
      { numRuns: 2000 },
    );
    expect(readQuickly).toBeGreaterThan(100);
  });
});
