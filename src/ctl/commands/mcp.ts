/**
 * `mcp`: the methods of the daemon as tools for programs that speak the Model Context Protocol.
 *
 * @module
 */
import { lines, switchOption } from '../description.ts';
import { callMethod } from '../wire/rpc-client.ts';
import { type Command, command } from './command.ts';

export const mcp: Command = command({
  name: 'mcp',
  arguments: [],
  options: {
    allowControl: switchOption(
      '--allow-control',
      'Also offer the methods that change something, such as start and stop.',
      '0.2.0',
    ),
  },
  summary: 'Serves the methods of the daemon as tools of the Model Context Protocol, on stdin and stdout.',
  help: lines(
    'mcp\t\t\tServe the Model Context Protocol on stdin and stdout',
    'mcp --allow-control\tThe same, with tools that start, stop and change',
  ),
  details: [
    'A program that speaks the protocol starts the command, and ends it by closing its stdin. Each tool calls one method, ' +
      'with the rights of the user that the client logs in as. Without `--allow-control` only methods that change nothing ' +
      'are offered.',
  ],
  exits: {},
  isStock: false,
  since: '0.2.0',
  run: async ({ connection }, { options }) => {
    const { serveMcp } = await import('../../mcp/serve.ts');
    await serveMcp({
      allowsControl: options.allowControl,
      call: (method, args) => callMethod(connection, method, args),
    });
  },
});
