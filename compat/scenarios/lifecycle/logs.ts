/**
 * Logs of programs: where the bytes end up, in which files, after rotation, moves, floods and late writers.
 *
 * @module
 */
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import type { Daemon, Scenario, Side } from '../../scenario.ts';
import { untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { mainLines } from './main-log.ts';

const FLOOD_BYTES = 3_000_000;

export const lifecycleLogs: Scenario = {
  name: 'lifecycle-logs',
  title: 'program logs: rotation, reopening, sharing, floods, the terminal',
  differences: ['late-grandchildren', 'shared-log', 'unopenable-log', 'unwritable-log'],
  run: async (side) => {
    side.writeFile('supervisord.conf', side.preamble + programs(side).join('\n'));
    const daemon = await side.start();
    await observeKinds(side, daemon);
    await observeRotation(side);
    await observeReopening(side, daemon);
    await observeFloods(side);
    await observeLateWriter(side);
    await observeFullDisk(side);
    await observeUnopenable(side);
    await observePair(side);
    await daemon.stop();
    await observeTerminal(side);
  },
};

function programs(side: Side): string[] {
  const to = (name: string) => `stdout_logfile=${side.path(name)}`;
  const both = '/bin/sh -c "echo out; echo err >&2"';
  const flood = `/bin/sh -c "head -c ${FLOOD_BYTES} /dev/zero | tr '\\\\0' x"`;
  return [
    program('auto', both, 'autostart=true', 'stdout_logfile=AUTO'),
    program('none', both, 'autostart=true', 'stdout_logfile=NONE', 'stderr_logfile=off'),
    program('merged', both, 'autostart=true', to('merged.log'), 'redirect_stderr=true'),
    program(
      'one',
      '/bin/sh -c "echo from one"',
      'autostart=true',
      to('shared.log'),
      'stdout_logfile_maxbytes=0',
    ),
    program(
      'two',
      '/bin/sh -c "echo from two"',
      'autostart=true',
      to('shared.log'),
      'stdout_logfile_maxbytes=0',
    ),
    program('both', both, 'autostart=true', to('both.log'), `stderr_logfile=${side.path('both.log')}`),
    program('unended', '/usr/bin/printf "no newline"', 'autostart=true', to('unended.log')),
    program(
      'rotated',
      '/bin/cat',
      'autostart=true',
      to('rotated.log'),
      'stdout_logfile_maxbytes=1000',
      'stdout_logfile_backups=2',
    ),
    program(
      'truncated',
      '/bin/cat',
      'autostart=true',
      to('truncated.log'),
      'stdout_logfile_maxbytes=1000',
      'stdout_logfile_backups=0',
    ),
    program('moved', '/bin/cat', 'autostart=true', to('moved.log')),
    program('flood', flood, to('flood.log'), 'stdout_logfile_maxbytes=0'),
    program('flood-unlogged', flood, 'stdout_logfile=NONE'),
    program('full', '/bin/sh -c "echo lost; exec sleep 600"', 'startsecs=1', 'stdout_logfile=/dev/full'),
    program('pair', '/bin/cat', 'autostart=true', to('pair.log'), `stderr_logfile=${side.path('pair.log')}`),
    program('unopenable', '/bin/cat', 'startsecs=0', 'startretries=0', `stdout_logfile=${side.dir}`),
    program('late', '/bin/sh -c "(sleep 0.5; echo late) & echo early"', to('late.log')),
  ];
}

async function observeKinds(side: Side, daemon: Daemon): Promise<void> {
  const ended = ['auto', 'none', 'merged', 'one', 'two', 'both', 'unended'];
  await Promise.all(ended.map((name) => untilState(side, name, 'EXITED')));
  for (const name of ['merged.log', 'unended.log']) side.observe(name, side.readFile(name));
  side.observe('shared.log', side.readFile('shared.log').split('\n').sort());
  side.observe('both.log', side.readFile('both.log').split('\n').sort());
  const automatic = readdirSync(side.dir).filter((name) => /---/.test(name));
  side.observe('names of automatic logs', automatic.map((name) => side.normalise(name)).sort());
  side.observe(
    'modes',
    [...automatic, 'merged.log', 'main.log'].map((name) => modeOf(side, name)),
  );
  const log = automatic.find((name) => name.startsWith('auto-stdout')) ?? 'no such file';
  side.observe('an automatic log', side.readFile(log));
  side.observe('the terminal has no output of programs', !daemon.output().includes('from one'));
}

async function observeFullDisk(side: Side): Promise<void> {
  await side.rpc('supervisor.startProcess', ['full']);
  const info = JSON.stringify(await side.rpc('supervisor.getProcessInfo', ['full']));
  side.observe(
    'description of a program whose log cannot be written',
    /"description":"pid \d+, uptime [\d:]+([^"]*)"/.exec(info)?.[1] ?? info,
  );
}

/** A folder cannot be opened as a log by root either. */
async function observeUnopenable(side: Side): Promise<void> {
  side.observe('start of a program whose log cannot be opened', {
    ...(await side.rpc('supervisor.startProcess', ['unopenable'])),
  });
}

/** The reference removes the file for each of the two outputs, and the first goes on in one that has no name. */
async function observePair(side: Side): Promise<void> {
  await side.rpc('supervisor.clearProcessLogs', ['pair']);
  await side.rpc('supervisor.sendProcessStdin', ['pair', 'after the clear\n']);
  const read = () => side.readFile('pair.log');
  await side.waitFor('the line is in the log', () => read().includes('clear'), 5).catch(() => undefined);
  side.observe('a log of both outputs after a clear', read());
}

/** Lines of 400 bytes, each written alone: rotation comes after the write that reaches the size. */
async function observeRotation(side: Side): Promise<void> {
  for (const name of ['rotated', 'truncated']) {
    for (let round = 1; round <= 8; round += 1) {
      const line = `${round} ${'x'.repeat(397)}\n`;
      const before = total(side, name);
      await side.rpc('supervisor.sendProcessStdin', [name, line]);
      await side.waitFor(`line ${round} is in a log of ${name}`, () => total(side, name) !== before);
    }
    const starts = (file: string) =>
      side
        .readFile(file)
        .split('\n')
        .map((line) => line.slice(0, 1))
        .join('');
    // No rotation follows the last line.
    await side.waitFor(`the last line is in the log of ${name}`, () => starts(`${name}.log`).endsWith('8'));
    const files = readdirSync(side.dir)
      .filter((file) => file.startsWith(`${name}.log`))
      .sort();
    side.observe(
      `files of ${name}`,
      files.map((file) => `${file}: ${starts(file)}`),
    );
  }
}

/** Sizes of all logs of the program, as text that changes with every write. A rotation may rename one meanwhile. */
function total(side: Side, name: string): string {
  return readdirSync(side.dir)
    .filter((file) => file.startsWith(`${name}.log`))
    .map((file) => `${file}:${statSync(side.path(file), { throwIfNoEntry: false })?.size}`)
    .join();
}

async function observeReopening(side: Side, daemon: Daemon): Promise<void> {
  const write = async (text: string) => {
    await side.rpc('supervisor.sendProcessStdin', ['moved', `${text}\n`]);
    await side.waitFor(`${text} is written`, () =>
      ['moved.log', 'moved.log.old'].some((name) => side.readFile(name).includes(text)),
    );
  };
  await write('before the move');
  renameSync(side.path('moved.log'), side.path('moved.log.old'));
  renameSync(side.path('main.log'), side.path('main.log.old'));
  await write('after the move');
  daemon.signal('SIGUSR2');
  await side.waitFor('the logs are opened again', () =>
    ['moved.log', 'main.log'].every((name) => existsSync(side.path(name))),
  );
  await write('after SIGUSR2');
  for (const name of ['moved.log', 'moved.log.old']) side.observe(`SIGUSR2: ${name}`, side.readFile(name));
  side.observe('SIGUSR2: main log', mainLines(side));
  side.observe(
    'SIGUSR2: last lines of the old main log',
    side.normalise(side.readFile('main.log.old')).trim().split('\n').slice(-2),
  );
  side.observe('clear', { ...(await side.rpc('supervisor.clearProcessLogs', ['moved'])) });
  side.observe('size after the clear', statSync(side.path('moved.log')).size);
  await write('after the clear');
  side.observe('log after the clear', side.readFile('moved.log'));
}

async function observeFloods(side: Side): Promise<void> {
  for (const name of ['flood', 'flood-unlogged']) {
    side.observe(`start of ${name}`, { ...(await side.rpc('supervisor.startProcess', [name])) });
    await untilState(side, name, 'EXITED', 60);
  }
  side.observe('size of the log of a flood', statSync(side.path('flood.log')).size);
}

async function observeLateWriter(side: Side): Promise<void> {
  await side.rpc('supervisor.startProcess', ['late']);
  await untilState(side, 'late', 'EXITED');
  await side
    .waitFor('the late line', () => side.readFile('late.log').includes('late'), 5)
    .catch(() => undefined);
  side.observe('a grandchild that writes after the end of the program', side.readFile('late.log'));
}

/**
 * Under an init system that reads the daemon's stdout.
 * Nothing is cleared or rotated here: the reference would remove /dev/stdout of the whole machine.
 */
async function observeTerminal(side: Side): Promise<void> {
  const toTerminal = [
    'stdout_logfile=/dev/stdout',
    'stdout_logfile_maxbytes=0',
    'stderr_logfile=/dev/stderr',
    'stderr_logfile_maxbytes=0',
  ];
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}[supervisord]
${program('talker', '/bin/sh -c "echo on stdout; echo on stderr >&2; exec cat"', 'autostart=true', ...toTerminal)}
${program('second', '/bin/sh -c "echo from the second"', 'autostart=true', ...toTerminal)}`,
  );
  const daemon = await side.start();
  const lines = ['on stdout', 'on stderr', 'from the second'];
  await side.waitFor('all is on the terminal', () => lines.every((line) => daemon.output().includes(line)));
  await untilState(side, 'talker', 'RUNNING');
  const answer = await side.rpc('supervisor.readProcessStdoutLog', ['talker', 0, 0]);
  const text = 'result' in answer ? String(answer.result) : '';
  side.observe(
    'read a log that is a terminal',
    lines.filter((line) => text.includes(line)),
  );
  daemon.signal('SIGUSR2');
  await side.waitFor('the reopening is logged', () => daemon.output().includes('logreopen'));
  await side.rpc('supervisor.sendProcessStdin', ['talker', 'after the reopening\n']);
  await side
    .waitFor('it goes on', () => daemon.output().includes('after the reopening'), 6)
    .catch(() => undefined);
  side.observe('the terminal after SIGUSR2', daemon.output().includes('after the reopening'));
  side.observe('exit code', await daemon.stop());
}

function modeOf(side: Side, name: string): string {
  return `${side.normalise(name)} ${(statSync(side.path(name)).mode & 0o777).toString(8)}`;
}
