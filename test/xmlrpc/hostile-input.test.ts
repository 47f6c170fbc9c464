/** What a client can send must not cost more than its length: a pattern that is quadratic takes hours for 1 MiB. */
import { describe, expect, test } from 'vitest';
import { readPlainCall } from '../../src/xmlrpc/quick-reader.ts';
import { readMethodCall } from '../../src/xmlrpc/request-reader.ts';
import { cpuMilliseconds } from '../python/cpu-time.ts';

const MIB = 1 << 20;
/** Linear reading takes some 100 ms; the least of the quadratic ones took 18 s for 90,000 characters. */
const MOST_MS = 8000;

function call(parameter: string): string {
  return `<methodCall><methodName>m</methodName><params><param><value>${parameter}</value></param></params></methodCall>`;
}

/** `unit` as often as it takes to be 1 MiB long. */
function mib(unit: string): string {
  return unit.repeat(Math.ceil(MIB / unit.length));
}

const INPUTS: Readonly<Record<string, string>> = {
  'a double of many digits': call(`<double>${mib('1')}x</double>`),
  'a double of digits and blanks': call(`<double>1${mib(' ')}x</double>`),
  'a double with a long exponent': call(`<double>1e${mib('1')}x</double>`),
  'an int and blanks': call(`<int>1${mib(' ')}x</int>`),
  'an int behind blanks': call(`<int>${mib(' ')}x</int>`),
  'an int of many digits': call(`<int>${mib('1')}</int>`),
  'an int of digits and underscores': call(`<int>${mib('1_')}x</int>`),
  'a plain int of many digits': call(`<i4>${mib('-1')}</i4>`),
  'a long dateTime': call(`<dateTime.iso8601>${mib('2')}</dateTime.iso8601>`),
  'a long base64': call(`<base64>${mib('=A')}</base64>`),
  'a long string': call(`<string>${mib('a')}</string>`),
  'a string without an end': `${call('<string>').slice(0, 90)}${mib('a')}`,
  'a string of entities': call(`<string>${mib('&amp;')}</string>`),
  'a string of pieces': call(`<string>${mib('a<!---->')}</string>`),
  'a reference without an end': call(`<string>&#${mib('1')}</string>`),
  'a name without an end': call(`<string>&${mib('a')}</string>`),
  'a long method name': `<methodCall><methodName>${mib('a.')}`,
  'blanks before the call': `${mib(' ')}x`,
  'blanks in the call': `<methodCall>${mib(' \n')}x`,
  'blanks behind the call': `<methodCall><methodName>m</methodName></methodCall>${mib(' ')}x`,
  'many parameters': `<methodCall><methodName>m</methodName><params>${mib('<param><value><int>1</int></value></param>')}x`,
  'many values': call(`<array><data>${mib('<value/>')}</data></array>`),
  'many arrays': call(`<array><data>${mib('<value><array><data/></array></value>')}</data></array>`),
  'many members': call(`<struct>${mib('<member><name>a</name><value/></member>')}</struct>`),
  'many attributes': call(`<string ${Array.from({ length: MIB >> 4 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
  'attributes of one name': call(`<string ${mib('a="1" ')}/>`),
  'many openings': mib('<'),
  'many elements': mib('<value>'),
  'a comment without an end': `<!--${mib('- -')}`,
  'a CDATA without an end': call(`<![CDATA[${mib(']]')}`),
  'a long document type': `<!DOCTYPE x [${mib('<!ELEMENT a ANY>')}]>${call('')}`,
  'a document type without an end': `<!DOCTYPE ${mib('[')}`,
  'a processing instruction without an end': `<?x ${mib('?')}`,
};

describe('1 MiB is read or refused in time that grows with its length:', () => {
  test.each(Object.entries(INPUTS))('%s', (_, xml) => {
    const spent = cpuMilliseconds(() => {
      try {
        if (readPlainCall(xml) === null) readMethodCall(xml);
      } catch (error) {
        expect((error as Error).name).toBe('MalformedRequestError');
      }
    });
    expect(spent).toBeLessThan(MOST_MS);
  });
});
