/** The client of the official SDK starts `supervisorctl mcp`, as an assistant does. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { infoOf, program, startWith, test, untilState } from './support.ts';

const SUPERVISORCTL = fileURLToPath(new URL('../../dist/bin/supervisorctl', import.meta.url));

async function withClient(
  side: Side,
  args: readonly string[],
  act: (client: Client) => Promise<void>,
): Promise<void> {
  const text = `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n`;
  const config = side.writeFile('ctl.conf', text);
  const transport = new StdioClientTransport({
    command: SUPERVISORCTL,
    args: ['-c', config, 'mcp', ...args],
    stderr: 'inherit',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  try {
    await act(client);
  } finally {
    await client.close();
  }
}

interface Called {
  readonly isError: boolean;
  readonly text: string;
}

async function callTool(client: Client, name: string, given: Record<string, unknown> = {}): Promise<Called> {
  const { content, isError } = await client.callTool({ name, arguments: given });
  const [{ text }] = content as [{ text: string }];
  return { isError: isError === true, text };
}

async function toolNames(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

test('an assistant reads, and without --allow-control changes nothing', async ({ side }) => {
  const daemon = await startWith(side, program('web', { command: '/bin/sleep 1000', startsecs: 0 }));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  await withClient(side, [], async (client) => {
    expect(client.getServerVersion()?.name).toBe('visord');
    const names = await toolNames(client);
    expect(names).toEqual(expect.arrayContaining(['supervisor_getProcessInfo', 'visord_getHistory']));
    expect(names).not.toContain('supervisor_stopProcess');
    const info = await callTool(client, 'supervisor_getProcessInfo', { name: 'web' });
    expect(JSON.parse(info.text)).toMatchObject({ name: 'web', statename: 'RUNNING', pid });
    expect(await callTool(client, 'supervisor_stopProcess', { name: 'web' })).toEqual({
      isError: true,
      text: 'supervisor_stopProcess changes something: supervisorctl mcp was started without --allow-control',
    });
    expect(await callTool(client, 'nope')).toEqual({ isError: true, text: 'there is no tool nope' });
    const unknown = await callTool(client, 'supervisor_getProcessInfo', { name: 'nope' });
    expect(unknown).toEqual({ isError: true, text: expect.stringContaining('BAD_NAME') });
    expect((await infoOf(side, 'web')).pid).toBe(pid);
    await daemon.stop();
    expect((await callTool(client, 'supervisor_getState')).isError).toBe(true);
  });
});

test('with --allow-control it starts and stops', async ({ side }) => {
  await startWith(side, program('web', { command: '/bin/sleep 1000', startsecs: 0 }));
  await untilState(side, 'web', 'RUNNING');
  await withClient(side, ['--allow-control'], async (client) => {
    expect(await toolNames(client)).toContain('supervisor_stopProcess');
    expect(await callTool(client, 'supervisor_stopProcess', { name: 'web' })).toEqual({
      isError: false,
      text: 'true',
    });
    expect((await infoOf(side, 'web')).statename).toBe('STOPPED');
    await callTool(client, 'supervisor_startProcess', { name: 'web' });
    expect((await infoOf(side, 'web')).statename).toBe('RUNNING');
  });
});
