import { describe, expect, test } from 'vitest';
import { MalformedRequestError } from '../../src/xmlrpc/malformed-request.ts';
import { MAX_DEPTH, readMethodCall } from '../../src/xmlrpc/request-reader.ts';
import { fc } from '../properties.ts';
import { packageSerializer } from '../rpc/package-codec.ts';

function call(parameter: string): string {
  return `<methodCall><methodName>m</methodName><params><param>${parameter}</param></params></methodCall>`;
}

function read(parameter: string): unknown {
  return readMethodCall(call(parameter)).parameters[0];
}

describe('a request', () => {
  test('written by the xmlrpc package is read with the values that were written', () => {
    const text = fc.string({ unit: 'grapheme' });
    const value = fc.oneof(
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(text),
      fc.record({ a: text, b: fc.integer() }),
    );
    fc.assert(
      fc.property(fc.array(value), (parameters) => {
        const xml = packageSerializer.serializeMethodCall('supervisor.getState', parameters);
        expect(readMethodCall(xml)).toEqual({ method: 'supervisor.getState', parameters });
      }),
    );
  });

  test('may leave out its parameters', () => {
    expect(readMethodCall('<methodCall><methodName>a.b</methodName></methodCall>')).toEqual({
      method: 'a.b',
      parameters: [],
    });
  });

  // Each of these was sent to the reference, which took it for the same value.
  test.each([
    ['<value>text</value>', 'text'],
    ['<value> x </value>', ' x '],
    ['<value/>', ''],
    ['<value><string/></value>', ''],
    ['<value> <string>x</string> </value>', 'x'],
    ['<value><string><![CDATA[<x>]]></string></value>', '<x>'],
    ['<value>a<!-- c -->b</value>', 'ab'],
    ['<value>&lt;&#65;&amp;</value>', '<A&'],
    ['<value>a\r\nb\rc</value>', 'a\nb\nc'],
    ['<value><i4> 7 </i4></value>', 7],
    ['<value><int>+7</int></value>', 7],
    ['<value><i8>5</i8></value>', '5'],
    ['<value><unheard>bar</unheard></value>', 'bar'],
    ['<value><methodName>bar</methodName></value>', 'bar'],
    ['<value><double>1e3</double></value>', 1000],
    ['<value><double> -1.5 </double></value>', -1.5],
    ['<value><double>.5</double></value>', 0.5],
    ['<value><double>5.</double></value>', 5],
    ['<value a="1" b=\'2\'>x</value>', 'x'],
    ['<value>&#x1F600;&#65;</value>', '😀A'],
    ['<value><boolean>1</boolean></value>', true],
    ['<value><boolean>true</boolean></value>', false],
    ['<value><base64>aGk=\n</base64></value>', 'hi'],
    ['<value><nil/></value>', null],
    ['<value><struct/></value>', {}],
    ['<value><struct><member><name>a</name><value>1</value></member></struct></value>', { a: '1' }],
    ['<value><array><data><value><i4>1</i4></value></data></array></value>', [1]],
    ['<string>x</string>', 'x'],
  ])('with %s is understood', (parameter, value) => {
    expect(read(parameter)).toEqual(value);
    expect(readMethodCall(call(parameter)).method).toBe('m');
  });

  // The reference answers 400 to these.
  test.each([
    '<value><int>1.5</int></value>',
    '<value><int/></value>',
    '<value><int>12abc</int></value>',
    '<value><double>x</double></value>',
    '<value><base64>abc</base64></value>',
    '<value><base64>/w==</base64></value>',
    '<value><dateTime.iso8601>x</dateTime.iso8601></value>',
    '<value><struct><member><name>a</name></member></struct></value>',
    '<value><array></array></value>',
    '<value>&#1;</value>',
    '<value>a\u0001</value>',
    '<value>&nbsp;</value>',
    '<value>a & b</value>',
    '<value>&#x110000;</value>',
    '<value>&#xD800;</value>',
    '<value>&#xFFFE;</value>',
    '<value>a]]>b</value>',
    '<value a="1" a="2">x</value>',
    '<value a="<">x</value>',
    '<value><!-- a -- b --></value>',
    '<value><?xml version="1.0"?></value>',
    '<value><double>1.5.2</double></value>',
    '<value><double>.</double></value>',
    '<value><double>1e</double></value>',
    '',
  ])('with %s is malformed', (parameter) => {
    expect(() => read(parameter)).toThrow(MalformedRequestError);
  });

  test.each([
    ['', 'empty'],
    ['x', 'no XML'],
    ['<methodCall>', 'unfinished'],
    ['<methodCall><methodName>a.b</methodName></methodCall><x/>', 'two roots'],
    ['<methodCall a=b><methodName>a.b</methodName></methodCall>', 'an unquoted attribute'],
    ['<methodCall/>', 'no name'],
    ['<methodCall><methodName>a</methodName><params/><params/></methodCall>', 'two lists of parameters'],
    [' <?xml version="1.0"?><methodCall><methodName>a</methodName></methodCall>', 'a late declaration'],
    ['<methodCall><methodName/></methodCall>', 'an empty name'],
    ['<methodResponse><methodName>a.b</methodName></methodResponse>', 'no call'],
  ])('that is %j (%s) is malformed', (xml) => {
    expect(() => readMethodCall(xml)).toThrow(MalformedRequestError);
  });

  test.each([
    '<!DOCTYPE methodCall>',
    '<!DOCTYPE methodCall SYSTEM "xmlrpc.dtd">',
    '<!DOCTYPE m [<!ELEMENT m ANY>]>',
  ])('with %s is read', (doctype) => {
    expect(readMethodCall(`<?xml version="1.0"?>${doctype}${call('<value>x</value>')}`)).toEqual({
      method: 'm',
      parameters: ['x'],
    });
  });

  test('that declares entities is refused before one can grow', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>';
    expect(() => readMethodCall(`<?xml version="1.0"?>${bomb}${call('<value>&b;</value>')}`)).toThrow(
      'declared entities are not accepted',
    );
  });

  test('that is nested too deeply is refused', () => {
    const nested = (levels: number) =>
      `${'<value><array><data>'.repeat(levels)}${'</data></array></value>'.repeat(levels)}`;
    expect(() => read(nested(10))).not.toThrow();
    expect(() => read(nested(MAX_DEPTH))).toThrow('nested too deeply');
  });

  test('cannot change the prototypes of objects', () => {
    const member = '<member><name>__proto__</name><value><struct/></value></member>';
    expect(() => read(`<value><struct>${member}</struct></value>`)).toThrow(MalformedRequestError);
  });

  test('of arbitrary text is read or refused, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      '<value>',
      '</value>',
      '<array>',
      '<data>',
      '</',
      '<',
      '>',
      '&',
      'x',
      '<int>',
      ']]>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        try {
          read(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRequestError);
        }
      }),
    );
  });
});
