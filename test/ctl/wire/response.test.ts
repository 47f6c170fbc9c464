import { describe, expect, it } from 'vitest';
import { readResponse } from '../../../src/ctl/wire/response.ts';
import { BadAnswerError, FaultError } from '../../../src/ctl/wire/trouble.ts';
import { writeFault, writeResponse } from '../../../src/xmlrpc/writer.ts';

describe('an answer', () => {
  it('has a value', () => {
    expect(readResponse(writeResponse([1, 'x']).toString())).toEqual([1, 'x']);
  });

  it('that is a fault is thrown with its code and text', () => {
    const xml = writeFault(10, 'BAD_NAME: <x> & y').toString();
    expect(() => readResponse(xml)).toThrow(new FaultError(10, 'BAD_NAME: <x> & y'));
  });

  it('that breaks off is reported as such, anything else as not XML-RPC', () => {
    const xml = writeResponse('x').toString();
    expect(() => readResponse(xml.slice(0, -20))).toThrow(BadAnswerError);
    expect(() => readResponse(xml.slice(0, -20))).toThrow(/^sent the beginning of an answer and not its end/);
    expect(() => readResponse('<html></html>')).toThrow('did not answer in XML-RPC; is this a supervisord?');
  });
});
