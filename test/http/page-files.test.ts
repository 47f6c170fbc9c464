import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { as, get, openedInTest, user } from './client.ts';

const { serve, client } = openedInTest();

/** What the plain page names: its script, and the stylesheet. */
function filesOf(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map(([, path = '']) => `/${path}`);
}

describe('the files of the live page', () => {
  test('are named by the page, are kept for ever, and are compressed where the client takes that', async () => {
    const connection = client(await serve());
    const paths = filesOf((await connection.ask(get('/'))).body);
    expect(paths.map((path) => path.replace(/-\w+\./, '.'))).toEqual(['/page/page.css', '/page/page.js']);
    for (const path of paths) {
      const { status, headers } = await connection.ask(get(path, ['Accept-Encoding: gzip, br']));
      expect([status, headers.get('content-encoding')]).toEqual([200, 'gzip']);
      expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      expect(headers.get('vary')).toBe('Accept-Encoding');
      expect(headers.get('content-type')).toMatch(/^text\/(javascript|css);charset=utf-8$/);
      const plain = await connection.ask(get(path));
      expect(plain.headers.get('content-encoding')).toBeUndefined();
      expect(plain.body).not.toBe('');
    }
  });

  test.each(['gzip;q=0', 'identity', 'br', 'xgzip', 'gzip;q=0.0, identity'])(
    'are sent as they are to a client with Accept-Encoding: %s',
    async (accepted) => {
      const connection = client(await serve());
      const [path = ''] = filesOf((await connection.ask(get('/'))).body);
      const { headers } = await connection.ask(get(path, [`Accept-Encoding: ${accepted}`]));
      expect(headers.get('content-encoding')).toBeUndefined();
    },
  );

  test('are not sent again to a client that has them', async () => {
    const server = await serve();
    const connection = client(server);
    const [path = ''] = filesOf((await connection.ask(get('/'))).body);
    const etag = (await connection.ask(get(path))).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"\w+"$/);
    const again = client(server);
    again.send(get(path, [`If-None-Match: ${etag}`, 'Connection: close']));
    expect(await again.untilClosed()).toMatch(/^HTTP\/1\.1 304 /);
  });

  test.each(['/page/', '/page/page.js', '/page/constructor', '/page/../page.js', '/page/%2e%2e/etc/passwd'])(
    '%s is none of them',
    async (path) => {
      expect((await client(await serve()).ask(get(path))).status).toBe(404);
    },
  );

  test('are small: all of them together have less than 80 KB', async () => {
    const { script } = PAGE_ENTRY;
    expect(Object.keys(PAGE_FILES)).toContain(script);
    const sizes = Object.values(PAGE_FILES).map(({ gzip }) => Buffer.from(gzip, 'base64').length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80 * 1024);
  });

  test('contain no address of another host that a browser would ask', () => {
    for (const { gzip } of Object.values(PAGE_FILES)) {
      const text = gunzipSync(Buffer.from(gzip, 'base64')).toString();
      const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
      // Namespaces of XML, which are names.
      expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([]);
    }
  });
});

test('the page names host, identifier, role and user to its script', async () => {
  const server = await serve({ users: [user('eve "x" <y>', { role: 'read' })] });
  const { body } = await client(server).ask(get('/', [as('eve "x" <y>')]));
  expect(body).toContain('data-identifier="supervisor"');
  expect(body).toContain('data-role="read" data-user="eve &quot;x&quot; &lt;y>" data-all="true"></script>');
});

declare const PAGE_ENTRY: { readonly script: string };
declare const PAGE_FILES: Readonly<Record<string, { readonly gzip: string }>>;
