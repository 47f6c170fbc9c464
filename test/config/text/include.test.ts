import { closeSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listenUnix } from '../../../src/native/posix.ts';
import { makeFifo } from '../../fifos.ts';
import { errorOf, folderWith, loadFile } from '../support.ts';

const MAIN = '[supervisord]\n[program:main]\ncommand=%(here)s/main\n[include]\nfiles=';

function load(patterns: string, files: Readonly<Record<string, string | Buffer>> = {}) {
  const folder = folderWith({ 'main.conf': `${MAIN}${patterns}\n`, ...files });
  return { folder, load: () => loadFile(join(folder, 'main.conf')) };
}

describe('[include]', () => {
  test('reads the files that match, sorted, relative to the main file; here is the folder of each', () => {
    const { folder, load: run } = load('conf.d/*.conf other/c.ini', {
      'conf.d/b.conf': '[program:b]\ncommand=%(here)s/b\n',
      'conf.d/a.conf': '[program:a]\ncommand=%(here)s/a\n',
      'conf.d/.hidden.conf': '[program:h]\ncommand=h\n',
      'conf.d/a.txt': 'not a configuration',
      'other/c.ini': '[program:c]\ncommand=%(here)s/c\n',
    });
    const config = run();
    expect(config.groups.map(({ name, processes }) => [name, processes[0]?.command])).toEqual([
      ['a', `${folder}/conf.d/a`],
      ['b', `${folder}/conf.d/b`],
      ['c', `${folder}/other/c`],
      ['main', `${folder}/main`],
    ]);
    expect(config.messages.info).toEqual(
      ['conf.d/a.conf', 'conf.d/b.conf', 'other/c.ini'].map(
        (file) => `Included extra file "${folder}/${file}" during parsing`,
      ),
    );
  });

  test('warns of a pattern that matches nothing', () => {
    const { folder, load: run } = load('conf.d/*.conf');
    expect(run().messages.warn).toEqual([`No file matches via include "${folder}/conf.d/*.conf"`]);
  });

  test.each([
    ['[ab].conf', ['a.conf', 'b.conf']],
    ['[!a].conf', ['b.conf', 'c.conf']],
    ['?.conf', ['a.conf', 'b.conf', 'c.conf']],
    ['[a-b].conf', ['a.conf', 'b.conf']],
    ['a.conf b.conf', ['a.conf', 'b.conf']],
    ['[[]x].conf', ['[x].conf']],
    ['*/d.conf', ['sub/d.conf']],
    ['sub//*.conf', ['sub/d.conf']],
    ['sub//d.conf', ['sub//d.conf']],
    ['*//d.conf', ['sub/d.conf']],
    ['app-*.conf', ['app-1.conf']],
    ['[!-]-[1].conf app-[0-9-].conf', ['app-1.conf']],
    ['a*', ['a.conf', 'app-1.conf']],
  ])('the pattern %s finds %j', (pattern, found) => {
    const files = ['a.conf', 'b.conf', 'c.conf', '[x].conf', 'sub/d.conf', 'app-1.conf'];
    const { folder, load: run } = load(pattern, Object.fromEntries(files.map((file) => [file, '[x]\n'])));
    expect(run().messages.info).toEqual(
      found.map((file) => `Included extra file "${folder}/${file}" during parsing`),
    );
  });

  test('a named pipe or a device is refused, on which the reference waits for ever', () => {
    for (const [make, kind] of [
      [makeFifo, 'a named pipe'],
      [(path: string) => symlinkSync('/dev/zero', path), 'a device'],
    ] as const) {
      const { folder, load: run } = load('conf.d/*.conf', { 'conf.d/a.conf': '[x]\n' });
      make(join(folder, 'conf.d/b.conf'));
      expect(errorOf(run)).toBe(`included file ${folder}/conf.d/b.conf is ${kind}, which may have no end`);
    }
  });

  test('a folder, /dev/null and a socket are passed over, as in the reference', () => {
    const { folder, load: run } = load('conf.d/*.conf', { 'conf.d/a.conf': '[x]\n' });
    mkdirSync(join(folder, 'conf.d/b.conf'));
    symlinkSync('/dev/null', join(folder, 'conf.d/c.conf'));
    closeSync(listenUnix(join(folder, 'conf.d/d.conf'), 0o700, 1));
    expect(run().messages.info).toHaveLength(4);
  });

  test('an included file cannot include', () => {
    const { load: run } = load('a.conf', {
      'a.conf': '[include]\nfiles=b.conf\n',
      'b.conf': '[program:b]\ncommand=b\n',
    });
    expect(run().groups.map(({ name }) => name)).toEqual(['main']);
  });

  test('the keys that an included file has for a section are added to it', () => {
    const { folder, load: run } = load('sub/a.conf', {
      'sub/a.conf': '[program:main]\ndirectory=%(here)s\n',
    });
    expect(run().groups[0]?.processes[0]).toMatchObject({
      command: `${folder}/main`,
      directory: `${folder}/sub`,
    });
  });

  test('a wrong value names the included file that has the section', () => {
    const { folder, load: run } = load('a.conf', { 'a.conf': '[program:a]\ncommand=a\nnumprocs=x\n' });
    expect(errorOf(run)).toBe(
      `invalid literal for int() with base 10: 'x' in section 'program:a' (file: '${folder}/a.conf')`,
    );
  });

  test('a broken included file is named', () => {
    const { folder, load: run } = load('a.conf', { 'a.conf': 'abc\n' });
    expect(errorOf(run)).toBe(
      `File contains no section headers.\nfile: '${folder}/a.conf', line: 1\n'abc\\n'`,
    );
  });

  test('a section without files is refused', () => {
    const folder = folderWith({ 'main.conf': '[supervisord]\n[include]\n' });
    expect(errorOf(() => loadFile(join(folder, 'main.conf')))).toBe(
      '.ini file has [include] section, but no files setting',
    );
  });
});

describe('files that cannot be read', () => {
  test('a missing file', () => {
    expect(errorOf(() => loadFile('/no/such/file'))).toBe('could not find config file /no/such/file');
  });

  test('a folder', () => {
    expect(errorOf(() => loadFile('/tmp'))).toBe('could not read config file /tmp');
  });

  test.each([
    [[0xff], 'byte 0xff in position 16: invalid start byte'],
    [[0xe2, 0x82, 0x0a], 'bytes in position 16-17: invalid continuation byte'],
    [[0xed, 0xa0, 0x80], 'byte 0xed in position 16: invalid continuation byte'],
    [[0xc0, 0x80], 'byte 0xc0 in position 16: invalid start byte'],
    [[0xf0, 0x9f], 'bytes in position 16-17: unexpected end of data'],
  ])('bytes %j that are not UTF-8', (bytes, problem) => {
    const folder = folderWith({
      'main.conf': Buffer.concat([Buffer.from('[supervisord]\nx='), Buffer.from(bytes)]),
    });
    expect(errorOf(() => loadFile(join(folder, 'main.conf')))).toBe(`'utf-8' codec can't decode ${problem}`);
  });

  test('a byte order mark is not part of the text', () => {
    const folder = folderWith({ 'main.conf': '\ufeff[supervisord]\n' });
    expect(loadFile(join(folder, 'main.conf')).groups).toEqual([]);
  });
});
