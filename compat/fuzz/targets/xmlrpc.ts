/**
 * The readers of XML-RPC, of both ends: a value, or one kind of error, in bounded time; and the quick reader
 * of plain calls agrees with the complete one.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { MalformedRequestError } from '../../../src/xmlrpc/malformed-request.ts';
import { readPlainCall } from '../../../src/xmlrpc/quick-reader.ts';
import { readMethodCall } from '../../../src/xmlrpc/request-reader.ts';
import { MalformedResponseError, readMethodResponse } from '../../../src/xmlrpc/response-reader.ts';
import { Failure, type Fuzz, type Target } from '../fuzz.ts';
import { amplified, mutated } from '../mutate.ts';

const VALUES = [
  '<string>a&amp;b</string>',
  '<int>-7</int>',
  '<i4>1</i4>',
  '<boolean>1</boolean>',
  '<double>1.5e3</double>',
  '<dateTime.iso8601>20260101T00:00:00</dateTime.iso8601>',
  '<base64>aGVsbG8=</base64>',
  '<array><data><value>x</value><value><int>2</int></value></data></array>',
  '<struct><member><name>a</name><value>b</value></member></struct>',
  'plain',
  '<nil/>',
];

const CALLS = [
  ...VALUES.map(
    (value) =>
      `<?xml version="1.0"?>\n<methodCall>\n<methodName>supervisor.startProcess</methodName>\n<params>\n<param><value>${value}</value></param>\n</params>\n</methodCall>\n`,
  ),
  '<methodCall><methodName>system.listMethods</methodName></methodCall>',
  `<methodCall><methodName>m</methodName><params>${VALUES.map((value) => `<param><value>${value}</value></param>`).join('')}</params></methodCall>`,
];

const ANSWERS = [
  ...VALUES.map(
    (value) =>
      `<?xml version='1.0'?>\n<methodResponse><params><param><value>${value}</value></param></params></methodResponse>`,
  ),
  '<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>10</int></value></member><member><name>faultString</name><value><string>BAD_NAME: x</string></value></member></struct></value></fault></methodResponse>',
];

export const xmlrpc: Target = {
  name: 'xmlrpc',
  title: 'the readers of XML-RPC, of the daemon and of the client',
  run: async (fuzz) => {
    while (fuzz.mayGoOn()) {
      const isCall = fuzz.random.chance(0.7);
      const input = nextInput(fuzz, isCall ? CALLS : ANSWERS);
      if (isCall) readCall(fuzz, input);
      else readAnswer(fuzz, input);
      if (fuzz.count % 500 === 0) await new Promise(setImmediate);
    }
  },
};

function nextInput({ random }: Fuzz, corpus: readonly string[]): string {
  const base = random.pick(corpus);
  return random.chance(0.2) ? amplified(random, base) : mutated(random, base, corpus);
}

function readCall(fuzz: Fuzz, xml: string): void {
  const complete = fuzz.trial(xml, () => attempt(() => readMethodCall(xml), MalformedRequestError));
  const quick = readPlainCall(xml);
  if (quick !== null && !isDeepStrictEqual(quick, complete)) {
    throw new Failure(
      `the quick reader: ${JSON.stringify(quick)}, the complete one: ${JSON.stringify(complete)}`,
    );
  }
  fuzz.saw(complete === null ? 'call refused' : quick === null ? 'call read' : 'plain call read');
}

function readAnswer(fuzz: Fuzz, xml: string): void {
  const answer = fuzz.trial(xml, () => attempt(() => readMethodResponse(xml), MalformedResponseError));
  fuzz.saw(answer === null ? 'answer refused' : 'answer read');
}

/** Null where the text is not a value, and the one kind of error is thrown. */
function attempt<Value>(
  read: () => Value,
  expected: typeof MalformedRequestError | typeof MalformedResponseError,
): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof expected) return null;
    throw new Failure(`another error: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
