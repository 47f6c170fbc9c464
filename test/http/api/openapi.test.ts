/** GET /api/openapi.json, judged by the validator of @seriousme/openapi-schema-validator. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { NAMESPACES } from '../../../src/rpc/namespaces.ts';
import { createMethodTable } from '../../../src/rpc/rpc-interfaces.ts';
import { as, get, openedInTest, type TestServer, type TestServerOptions, user } from '../client.ts';

const { serve, client, keep } = openedInTest();

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly requestBody: {
    readonly required: boolean;
    readonly content: {
      readonly 'application/json': {
        readonly example: object;
        readonly schema: { readonly oneOf: readonly [object, object] };
      };
    };
  };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly $ref?: string }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly post?: Operation; readonly get?: Operation }>>;
}

async function documentOf(server: TestServer, name?: string): Promise<Document> {
  const headers = name === undefined ? [] : [as(name)];
  const { status, body } = await client(server).ask(get('/api/openapi.json', headers));
  expect(status).toBe(200);
  return JSON.parse(body);
}

async function expectValid(document: Document): Promise<void> {
  const validator = new Validator();
  expect(await validator.validate({ ...document })).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
  // It throws on a reference to something that does not exist.
  expect(() => validator.resolveRefs()).not.toThrow();
}

/** A server with all methods that come with the daemon. */
const withAll = (options: TestServerOptions = {}) =>
  serve({
    rpcInterfaces: NAMESPACES.flatMap(({ name, factory }) =>
      factory === null || name === 'supervisor' || name === 'visord' ? [] : [{ name, factory, options: {} }],
    ),
    ...options,
  });

const posted = (document: Document): string[] =>
  Object.entries(document.paths).flatMap(([path, { post }]) => (post === undefined ? [] : [path]));

describe('the OpenAPI document', () => {
  test('is valid, and has every method of the table', async () => {
    const server = await withAll();
    const document = await documentOf(server);
    await expectValid(document);
    const { config } = server.supervisor;
    const table = createMethodTable(server.supervisor, config.rpcInterfaces);
    expect(table.size).toBeGreaterThan(60);
    expect(posted(document).filter((path) => !path.includes('{'))).toEqual(
      [...table.keys()].map((name) => `/api/${name}`),
    );
  });

  test('has parameters with their types, defaults and examples', async () => {
    const { paths } = await documentOf(await withAll());
    const { requestBody, summary } = paths['/api/supervisor.startProcess']?.post ?? {};
    expect(summary).toBe("Start a process, or with 'group:*' all processes of a group");
    const { schema, example } = requestBody?.content['application/json'] ?? {};
    expect([requestBody?.required, example]).toEqual([true, { name: 'web', wait: true }]);
    expect(schema?.oneOf[0]).toMatchObject({
      properties: { name: { type: 'string' }, wait: { type: 'boolean', default: true } },
      required: ['name'],
      additionalProperties: false,
    });
    expect(schema?.oneOf[1]).toMatchObject({
      prefixItems: [{ title: 'name', type: 'string' }, { title: 'wait' }],
      minItems: 1,
      items: false,
    });
    expect(paths['/api/supervisor.getState']?.post?.requestBody.required).toBe(false);
  });

  test('has both types of a result that depends on the arguments', async () => {
    const { paths } = await documentOf(await withAll());
    const succeeded = paths['/api/supervisor.stopProcess']?.post?.responses['200'];
    expect(succeeded).toHaveProperty('content.application/json.schema.properties.result.oneOf', [
      { type: 'boolean' },
      { type: 'array' },
    ]);
  });

  test('has the faults of each method by their status', async () => {
    const { paths } = await documentOf(await withAll());
    const responses = paths['/api/supervisor.stopProcess']?.post?.responses ?? {};
    expect(Object.keys(responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '503',
    ]);
    expect(responses['404']?.description).toBe('BAD_NAME: no process or group has this name');
    expect(responses['409']?.description).toBe('NOT_RUNNING: the process is not running');
    expect(responses['503']?.description).toContain('SHUTDOWN_STATE');
    expect(paths['/api/system.listMethods']?.post?.responses).not.toHaveProperty('503');
  });

  test('has methods of plugins', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-openapi-'));
    keep({ end: () => rmSync(folder, { recursive: true }) });
    const path = join(folder, 'plugin.mjs');
    writeFileSync(
      path,
      `export const make = () => ({
        plain: (a, b) => a,
        described: Object.assign(() => 1, { help: 'Does it.\\n\\nReally.', parameters: [
          { name: 'when', type: 'dateTime.iso8601', help: 'Moment', optional: true },
        ], returns: { type: 'base64', help: 'bytes Those' } }),
      });`,
    );
    const plugin = { text: `${path}:make`, path, exportName: 'make' };
    const document = await documentOf(
      await serve({ rpcInterfaces: [{ name: 'mine', factory: plugin.text, options: {}, plugin }] }),
    );
    await expectValid(document);
    expect(document.paths['/api/mine.described']?.post).toMatchObject({
      summary: 'Does it.',
      description: 'Does it.\n\nReally.',
      responses: { 422: { description: 'A fault of the plugin.' } },
    });
    expect(document.paths).toHaveProperty('/api/mine.plain');
  });

  test.each([
    ['eyes', true, false, false],
    ['hands', true, true, false],
    ['boss', true, true, true],
    ['one', true, true, false],
  ])('shows %s the methods of its role', async (name, reads, operates, administers) => {
    const server = await withAll({
      users: [
        user('eyes', { role: 'read' }),
        user('hands', { role: 'operate' }),
        user('boss', { role: 'admin' }),
        user('one', { role: 'admin', programs: ['p'] }),
      ],
    });
    const document = await documentOf(server, name);
    await expectValid(document);
    const has = (method: string) => posted(document).includes(`/api/${method}`);
    expect([
      has('supervisor.getProcessInfo'),
      has('supervisor.startProcess'),
      has('supervisor.shutdown'),
    ]).toEqual([reads, operates, administers]);
  });

  test('names only addresses that exist', async () => {
    const server = await withAll();
    const { paths } = await documentOf(server);
    for (const path of posted({ openapi: '', paths })) {
      const head = `POST ${path} HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n`;
      expect((await client(server).ask(head)).status, path).toBe(415);
      expect((await client(server).ask(get(path))).status, path).toBe(405);
    }
    expect(Object.keys(paths).filter((path) => paths[path]?.get !== undefined)).toEqual([
      '/api/events',
      '/api/logs/{name}/{channel}',
      '/api/logs/supervisord',
      '/api/nodes',
      '/api/openapi.json',
    ]);
  });
});
