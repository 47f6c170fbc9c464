/**
 * A server of the Model Context Protocol on stdin and stdout. It is a part of its own of the client (scripts/build.mjs): no
 * other command loads it.
 *
 * @module
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { VISORD_VERSION } from '../config/tables/visord-version.ts';
import type { RpcValue } from '../xmlrpc/values.ts';
import { methodTools } from './tools.ts';

export interface McpOptions {
  /** False offers the methods that change nothing. */
  readonly allowsControl: boolean;
  /** Calls a method of the daemon. @throws Error whose message is for the client */
  readonly call: (method: string, args: readonly RpcValue[]) => Promise<unknown>;
}

const INSTRUCTIONS =
  'The tools are methods of a supervisord (visord). A process is named group:name, or name where both are the same; ' +
  'group:* means all processes of the group. visord_getHistory has the state changes of a process, ' +
  'supervisor_tailProcessStderrLog the end of its log.';

/** Serves until stdin ends. */
export async function serveMcp({ allowsControl, call }: McpOptions): Promise<void> {
  const tools = methodTools(allowsControl);
  const server = new Server(
    { name: 'visord', version: VISORD_VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    // A stock supervisord, and a daemon without some sections, lack some of them.
    const known = new Set((await call('system.listMethods', [])) as readonly string[]);
    const offered = tools.filter(({ method }) => known.has(method));
    return {
      tools: offered.map(({ name, description, inputSchema, annotations }) => ({
        name,
        description,
        inputSchema,
        annotations,
      })),
    };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }): Promise<CallToolResult> => {
    try {
      const tool = tools.find(({ name }) => name === params.name);
      if (tool === undefined) throw new Error(refusal(params.name, allowsControl));
      const result = await call(tool.method, tool.argumentsOf(params.arguments ?? {}));
      return { content: [{ type: 'text', text: JSON.stringify(result, null, 2) }] };
    } catch (error) {
      return { isError: true, content: [{ type: 'text', text: (error as Error).message }] };
    }
  });
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    process.stdout.once('error', () => resolve());
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}

function refusal(name: string, allowsControl: boolean): string {
  const changes = !allowsControl && methodTools(true).some((tool) => tool.name === name);
  return changes
    ? `${name} changes something: supervisorctl mcp was started without --allow-control`
    : `there is no tool ${name}`;
}
