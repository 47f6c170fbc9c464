import { expect, test } from 'vitest';
import { configuration, sleepers } from '../../compat/bench/configuration.ts';
import { createResponseReader } from '../../compat/bench/http-response.ts';
import { cpuSecondsIn, statusNumber } from '../../compat/bench/proc.ts';
import { faultOf, rpcRequest, runningCount } from '../../compat/bench/rpc.ts';

const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhallo';

test('a response is complete at its last byte, wherever the chunks are cut', () => {
  for (let cut = 1; cut < RESPONSE.length; cut += 1) {
    const reader = createResponseReader(true);
    expect(reader.push(Buffer.from(RESPONSE.slice(0, cut)))).toBeNull();
    const rest = reader.push(Buffer.from(RESPONSE.slice(cut)));
    expect(rest).toEqual({ status: 200, bodyBytes: 5, body: 'hallo' });
  }
});

test('a body is counted and not kept unless asked for, and its chunks may be reused', () => {
  expect(createResponseReader(false).push(Buffer.from(RESPONSE))).toEqual({
    status: 200,
    bodyBytes: 5,
    body: '',
  });
  const reader = createResponseReader(true);
  const chunk = Buffer.from(RESPONSE.slice(0, -2));
  reader.push(chunk);
  chunk.fill(0);
  expect(reader.push(Buffer.from('lo'))?.body).toBe('hallo');
});

test('bytes that are not a response with a length, or go on after its end, are an error', () => {
  const push = (text: string) => createResponseReader(false).push(Buffer.from(text));
  expect(() => push('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')).toThrow('not a response');
  expect(() => push('hello\r\n\r\n')).toThrow('not a response');
  expect(() => push(`${RESPONSE}more`)).toThrow('4 bytes after');
});

test('a request names the length of its body in bytes', () => {
  const [head = '', body = ''] = rpcRequest('m', ['ä<&', true]).toString().split('\r\n\r\n');
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  expect(body).toContain('<value><string>ä&lt;&amp;</string></value>');
  expect(body).toContain('<value><boolean>1</boolean></value>');
});

test('RUNNING processes are counted with and without the blanks of the reference', () => {
  const state = (name: string) => `<member>\n<name>statename</name>\n<value><string>${name}</string></value>`;
  expect(runningCount(state('RUNNING') + state('STARTING') + state('RUNNING'))).toBe(2);
  expect(runningCount('<name>statename</name><value><string>RUNNING</string></value>')).toBe(1);
  expect(runningCount('<name>description</name><value><string>RUNNING</string></value>')).toBe(0);
});

test('a fault is found, and an answer without one has none', () => {
  expect(faultOf('<methodResponse><fault>\n<value>BAD_NAME</value></fault></methodResponse>')).toContain(
    'BAD_NAME',
  );
  expect(faultOf('<methodResponse><params/></methodResponse>')).toBeNull();
});

test('cpu time is read behind a name with blanks and brackets', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 7 8 20 0 1 0 100 1000 10';
  expect(cpuSecondsIn(stat)).toBe(1.75);
});

test('a number of /proc/PID/status is found by its whole name', () => {
  const status = 'VmRSS:\t   31184 kB\nnonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t4\n';
  expect(statusNumber(status, 'VmRSS')).toBe(31184);
  expect(statusNumber(status, 'voluntary_ctxt_switches')).toBe(4);
  expect(statusNumber(status, 'Gone')).toBeNaN();
});

test('a configuration has one section for each program, and defaults for missing keys', () => {
  const text = configuration('/tmp/x', { programs: sleepers(1000) });
  expect(text.match(/^\[program:sleeper-\d{4}\]$/gm)).toHaveLength(1000);
  expect(text).toContain('minfds=1024\n');
  expect(text).toContain('file=/tmp/x/s.sock\n');
});
