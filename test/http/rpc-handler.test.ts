/** `POST /RPC2`, with bodies of all kinds. */
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { methodCall, openedInTest, post } from './client.ts';

const { serve, client } = openedInTest();
const GET_STATE = methodCall('supervisor.getState');

function withName(text: string): string {
  return methodCall('supervisor.getProcessInfo', 'web').replace('web', text);
}

describe('a request', () => {
  test.each([
    [
      'with a document type',
      `<?xml version="1.0"?><!DOCTYPE methodCall>${GET_STATE.replace(/^<\?.*\?>/, '')}`,
    ],
    ['with a comment', GET_STATE.replace('<methodCall>', '<methodCall><!-- x -->')],
    ['with attributes', GET_STATE.replace('<methodCall>', '<methodCall a="1" b="2">')],
  ])('%s is answered', async (_, body) => {
    const server = await serve();
    const answer = await client(server).ask(post(body));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('RUNNING');
  });

  test.each([
    ['with a reference beyond Unicode', withName('&#x110000;')],
    ['with ]]> in its text', withName('a]]>b')],
    ['with an attribute twice', GET_STATE.replace('<methodCall>', '<methodCall a="1" a="2">')],
    ['that declares an entity', `<!DOCTYPE m [<!ENTITY a "b">]>${GET_STATE.replace(/^<\?.*\?>/, '')}`],
    ['that is not XML', 'x'],
    ['without a method name', '<methodCall></methodCall>'],
  ])('%s is refused with 400, and the log reports it in one line', async (_, body) => {
    const server = await serve();
    const connection = client(server);
    expect((await connection.ask(post(body))).status).toBe(400);
    const logged = server.supervisor.log.lines.filter((line) => line.includes('XML-RPC request data'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/is invalid: (unmarshallable|no method name)$/);
  });

  test('that needs the full reader is answered before one that follows it on the connection', async () => {
    const connection = client(await serve());
    const pid = methodCall('supervisor.getPID');
    connection.send(post(methodCall('supervisor.getProcessInfo', 'é')) + post(pid));
    const text = await connection.until((received) => received.split('</methodResponse>').length === 3);
    expect(text.indexOf('BAD_NAME: é')).toBeGreaterThan(0);
    expect(text.indexOf('<int>10</int>')).toBeLessThan(text.indexOf(`<int>${process.pid}</int>`));
  });
});
