/** The command line of `visord`, and how a row becomes a command. */
import { describe, expect } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import type { VisordCommand } from '../../../src/bin/visord/command.ts';
import { runVisord } from '../../../src/bin/visord/program.ts';
import { VISORD_COMMANDS } from '../../../src/bin/visord/table.ts';
import { test } from '../support.ts';

async function run(args: readonly string[], table: readonly VisordCommand[] = VISORD_COMMANDS) {
  const written = { out: '', error: '' };
  const exitCode = await runVisord(args, table, {
    out: (text) => {
      written.out += text;
    },
    error: (text) => {
      written.error += text;
    },
  });
  return { ...written, exitCode };
}

describe('visord', () => {
  test('--version prints the version of the package, supervisord that of the reference', async ({
    bench,
  }) => {
    expect(await bench.run('visord', '--version')).toEqual({
      code: 0,
      stdout: `${packageFile.version}\n`,
      stderr: '',
    });
    expect(await bench.run('supervisord', '--version')).toEqual({ code: 0, stdout: '4.3.0\n', stderr: '' });
  });

  test('version prints what a report needs, also as JSON', async ({ bench }) => {
    const { stdout } = await bench.run('visord', 'version');
    expect(stdout).toBe(`visord ${packageFile.version}\nsupervisor 4.3.0\nnode ${process.versions.node}\n`);
    const { stdout: json } = await bench.run('visord', 'version', '--json');
    expect(JSON.parse(json)).toEqual({
      visord: packageFile.version,
      supervisor: '4.3.0',
      node: process.versions.node,
    });
  });

  test('--help lists the commands of the table', async () => {
    const { out, exitCode } = await run(['--help']);
    for (const { name } of VISORD_COMMANDS) expect(out).toContain(`  ${name} `);
    expect(exitCode).toBe(0);
  });

  for (const [args, says] of [
    [['vresion'], /^Error: unknown command 'vresion'\n\(Did you mean version\?\)\n.*visord --help/s],
    [['version', '--jsno'], /^Error: unknown option '--jsno'\n\(Did you mean --json\?\)/],
    [['version', 'x'], /^Error: too many arguments/],
    [['--nope'], /^Error: unknown option '--nope'/],
  ] as const) {
    test(`${args.join(' ')} is refused with exit code 2`, async () => {
      const { out, error, exitCode } = await run(args);
      expect(error).toMatch(says);
      expect([out, exitCode]).toEqual(['', 2]);
    });
  }

  test('without a command prints the usage', async () => {
    const { error, exitCode } = await run([]);
    expect(error).toMatch(/^Usage: visord \[options\] \[command\]/);
    expect(exitCode).toBe(2);
  });
});

test('a row is a command, with its arguments, options and exit code', async () => {
  const calls: unknown[] = [];
  const row: VisordCommand = {
    name: 'plant',
    arguments: [{ usage: '<tree...>', help: 'The trees.' }],
    options: [{ usage: '-d, --depth <metres>', help: 'How deep.', since: '0.2.0' }],
    summary: 'Plants trees.',
    details: ['In the garden.'],
    exits: { 7: 'The ground is frozen.' },
    since: '0.2.0',
    run: (call) => {
      calls.push(call);
      return Promise.resolve(7);
    },
  };
  expect(await run(['plant', 'oak', '--depth', '3', 'elm'], [row])).toMatchObject({ exitCode: 7, error: '' });
  expect(calls).toEqual([{ words: ['oak', 'elm'], options: { depth: '3' } }]);
  expect((await run(['plant', '--help'], [row])).out).toMatch(/Plants trees\.\s+In the garden\./);
});
