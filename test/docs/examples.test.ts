/** The examples of the pages that people write: configurations that the daemon accepts, and commands that exist. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../src/checkup/check.ts';
import { openSubject } from '../../src/checkup/reading/open-subject.ts';
import type { UserDatabase } from '../../src/config/host.ts';
import { makeAuthority } from '../certificates.ts';
import { folderWith } from '../config/support.ts';
import { installed, needing } from '../needs.ts';
import { wrongCalls } from './command-lines.ts';
import { type CodeBlock, codeBlocks, type Page, ROOT, writtenPages } from './markdown.ts';

/** Its example has mistakes on purpose, and a test of its own. */
const WITH_MISTAKES = 'docs/check.md';

const PAGES = writtenPages();

const blocksIn = (language: string): (readonly [string, Page, CodeBlock])[] =>
  PAGES.flatMap((page) =>
    codeBlocks(page)
      .filter((block) => block.language === language)
      .map((block) => [`${page.file}:${block.line}`, page, block] as const),
  );

/** Every user and group of an example exists. */
const ANY_USER: UserDatabase = {
  userByName: (name) => ({ name, uid: 1000, gid: 1000, home: '/' }),
  userById: (uid) => ({ name: 'user', uid, gid: 1000, home: '/' }),
  groupByName: (name) => ({ name, gid: 1000 }),
  groupById: (gid) => ({ name: 'group', gid }),
};

/** Absolute paths of programs, logs and files, which are moved into the folder of the test. */
const PATH = /(?<![\w.)/:-])\/(?:srv|opt|var|run|etc|usr\/local)(?:\/[\w.-]+)+\/?/g;

/** Files that are read with the configuration, by their keys. */
const readFiles = (): ReadonlyMap<string, string> => {
  const authority = makeAuthority();
  try {
    const { cert, key } = authority.issue('server');
    const [certificate, secret] = [readFileSync(cert, 'utf8'), readFileSync(key, 'utf8')];
    return new Map([
      ['password_file', 'secret'],
      ['certfile', certificate],
      ['keyfile', secret],
      ['cafile', certificate],
    ]);
  } finally {
    authority.remove();
  }
};

/** Writes the example, with a folder for each path and the files that it names. */
function prepared(text: string): string {
  const folder = folderWith({});
  const lines = text.split('\n').map((line) =>
    line.replace(PATH, (path) => {
      const moved = join(folder, path);
      mkdirSync(/^(?:directory|childlogdir)/.test(line) || path.endsWith('/') ? moved : dirname(moved), {
        recursive: true,
      });
      return moved;
    }),
  );
  for (const [, module = ''] of text.matchAll(/(\.\/[\w-]+\.[cm]?js):/g)) {
    writeFileSync(join(folder, module), '');
  }
  const contents = /^\w+file *=/m.test(text) ? readFiles() : new Map<string, string>();
  for (const [, key = '', path = ''] of lines.join('\n').matchAll(/^(\w+) *= *(\/\S+)/gm)) {
    const content = contents.get(key.replace(/^engine_/, ''));
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
  }
  const file = join(folder, 'supervisord.conf');
  const head = text.includes('[supervisord]') ? '' : '[supervisord]\n';
  writeFileSync(file, `${head}${lines.join('\n')}`);
  return file;
}

test.each(blocksIn('ini').filter(([, { file }]) => file !== WITH_MISTAKES))(
  '%s: the configuration is read without an error, and every section and key exists',
  async (_, _page, { text }) => {
    const environment = { PATH: '/usr/bin:/bin', HOME: '/root' };
    const subject = await openSubject({ file: prepared(text), environment, users: ANY_USER });
    const findings = await check(subject);
    const wrong = findings.filter(
      ({ severity, kind }) => severity === 'error' || kind.startsWith('misspelt'),
    );
    expect(wrong.map(({ section, key, message }) => `[${section}] ${key}: ${message}`)).toEqual([]);
  },
);

test.each(PAGES.map((page) => [page.file, page] as const))(
  '%s: commands, flags and actions are those of the tables',
  (_, page) => {
    const blocks = codeBlocks(page).filter(({ language }) => ['', 'sh', 'systemd'].includes(language));
    const spans = [...page.text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)];
    const texts = [
      ...blocks.map(({ text }) => text.replace(/^Exec\w+=/gm, '')),
      ...spans.map(([, span = '']) => span),
    ];
    expect(texts.flatMap(wrongCalls)).toEqual([]);
  },
);

test.each(blocksIn('sh').map(([place, , block]) => [place, block] as const))(
  '%s: a shell can read it',
  (_, { text }) => {
    execFileSync('/bin/sh', ['-n'], { input: text });
  },
);

interface McpServers {
  readonly mcpServers?: Readonly<
    Record<string, { readonly command: string; readonly args: readonly string[] }>
  >;
}

test.each(blocksIn('json').map(([place, , block]) => [place, block] as const))(
  '%s: it is JSON, and the commands in it are those of the tables',
  (_, { text }) => {
    const { mcpServers = {} } = JSON.parse(text) as McpServers;
    const lines = Object.values(mcpServers).map(({ command, args }) => [command, ...args].join(' '));
    expect(lines.flatMap(wrongCalls)).toEqual([]);
  },
);

test.each(blocksIn('js').map(([place, , block]) => [place, block] as const))(
  '%s: Node.js can read it',
  (_, { text }) => {
    const file = join(folderWith({}), /^(?:import|export) /m.test(text) ? 'example.mjs' : 'example.cjs');
    writeFileSync(file, text);
    execFileSync(process.execPath, ['--check', file]);
  },
);

test.each(blocksIn('yaml').map(([place, , block]) => [place, block] as const))(
  '%s: a reader of YAML can read it',
  (_, { text }) => {
    expect(parse(text)).toBeTypeOf('object');
  },
);

needing(test, installed('systemd-analyze', 'systemd')).each(
  blocksIn('systemd').map(([place, , block]) => [place, block] as const),
)('%s: systemd can read it', (_, { label, text }) => {
  const folder = folderWith({});
  const isDropIn = label.includes('.d/');
  const unit = isDropIn ? dirname(label).replace(/\.d$/, '') : label;
  mkdirSync(join(folder, dirname(label)), { recursive: true });
  if (isDropIn) writeFileSync(join(folder, unit), '[Service]\nExecStart=/bin/true\n');
  // The commands of the example are not installed: a program that is takes their places.
  writeFileSync(join(folder, label), text.replaceAll(/\/opt\/visord\/bin\/\w+/g, '/bin/true'));
  const output = execFileSync('systemd-analyze', ['verify', '--man=no', join(folder, unit)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
  });
  expect(output).toBe('');
});

test.each(blocksIn('dockerfile').map(([place, , block]) => [place, block] as const))(
  '%s: instructions and commands exist',
  (_, { text }) => {
    const lines = text.trim().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^(?:FROM|RUN|COPY|USER|HEALTHCHECK|CMD|ENTRYPOINT|ENV|WORKDIR|EXPOSE|VOLUME) /);
    }
    const commands = lines.flatMap((line) => {
      const list = /(?:CMD|ENTRYPOINT) (\[.*\])$/.exec(line)?.[1];
      return list === undefined ? [] : [JSON.parse(list) as string[]];
    });
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap((words) => wrongCalls(words.join(' ')))).toEqual([]);
  },
);

test('every example is in a language that a test reads', () => {
  const known = ['', 'ini', 'sh', 'js', 'ts', 'python', 'systemd', 'dockerfile', 'yaml', 'json', 'text'];
  const others = PAGES.flatMap((page) =>
    codeBlocks(page)
      .filter(({ language }) => !known.includes(language))
      .map(({ line, language }) => `${page.file}:${line}: ${language}`),
  );
  expect(others).toEqual([]);
  expect(existsSync(join(ROOT, 'docs', basename(WITH_MISTAKES)))).toBe(true);
});
