import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorOf, folderWith, loadFile, loadText } from '../support.ts';

const SERVER = '[inet_http_server]\nport=9001\nmax_body_bytes=4KB\n';

describe('keys that the reference ignores', () => {
  test('are read, and named in one line with their files', () => {
    const folder = folderWith({
      'main.conf': `[supervisord]\n[include]\nfiles=a.conf b.conf\n[unix_http_server]\nfile=/tmp/s\n`,
      'a.conf': SERVER,
      'b.conf': '[unix_http_server]\nmax_body_bytes=2KB\n',
    });
    const { messages, servers } = loadFile(join(folder, 'main.conf'));
    expect(servers.map(({ maxBodyBytes }) => maxBodyBytes)).toEqual([4096, 2048]);
    expect(messages.info.at(-1)).toBe(
      `extensions in use: max_body_bytes in ${folder}/b.conf; max_body_bytes in ${folder}/a.conf`,
    );
  });

  test('have no line where the file has none', () => {
    expect(loadText('[supervisord]\n[program:x]\ncommand=x\nloglevel=info\n').messages.info).toEqual([]);
  });

  test('are ignored with extensions=off', () => {
    const { messages, servers, daemon } = loadText(`[supervisord]\nextensions=off\n${SERVER}`);
    expect(servers[0]?.maxBodyBytes).toBe(1024 * 1024);
    expect(messages.info).toEqual([]);
    expect(daemon.extensions).toBe(false);
  });

  test('a wrong value names section and file', () => {
    expect(errorOf(() => loadText(`[supervisord]\n${SERVER.replace('4KB', 'much')}`))).toBe(
      "invalid literal for int() with base 10: 'much' in section 'inet_http_server' (file: 'FILE')",
    );
    expect(errorOf(() => loadText('[supervisord]\nextensions=maybe\n'))).toBe(
      "not a valid boolean value: 'maybe' in section 'supervisord' (file: 'FILE')",
    );
  });

  test('a wrong value is ignored with extensions=off', () => {
    const { servers } = loadText(`[supervisord]\nextensions=off\n${SERVER.replace('4KB', 'much')}`);
    expect(servers).toHaveLength(1);
  });
});
