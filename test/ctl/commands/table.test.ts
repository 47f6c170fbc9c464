/** The table of commands is complete, and everything that shows commands is made from it. */
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/ctl/commands/table.ts';
import { bashScript } from '../../../src/ctl/completion/bash.ts';
import { fishScript } from '../../../src/ctl/completion/fish.ts';
import { offersOf } from '../../../src/ctl/completion/offers.ts';
import { zshScript } from '../../../src/ctl/completion/zsh.ts';
import type { CommandDescription } from '../../../src/ctl/description.ts';
import { readForms, switchOption, usageOf } from '../../../src/ctl/description.ts';
import { CLIENT_FLAGS, clientUsage, nearestFlag } from '../../../src/ctl/flags.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

const PLANT: CommandDescription = {
  name: 'plant',
  arguments: [
    { name: 'depth', kind: 'word', choices: ['shallow', 'deep'], isOptional: true },
    { name: 'group', kind: 'group', isRepeated: true },
  ],
  options: { water: switchOption('--water', 'Water it.', '0.1.0') },
  summary: "Plants a program's tree.",
  help: 'plant <group>\tPlant a tree\n\t\tand wait\nNote: slow.',
  details: [],
  exits: {},
  isStock: false,
  since: '0.1.0',
};

describe('the table of commands', () => {
  it('is sorted by name, each name once', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it.each(COMMANDS.map((row) => [row.name, row] as const))('has everything for %s', (name, row) => {
    expect(row.help.startsWith(name)).toBe(true);
    expect(row.summary).toMatch(/^[A-Z].*\.$/);
    for (const text of [...row.details, ...Object.values(row.exits)]) expect(text).toMatch(/^[A-Z].*\.$/);
    expect(row.arguments.slice(0, -1).some(({ isRepeated }) => isRepeated)).toBe(false);
    expect(readForms(row).forms.length).toBeGreaterThan(0);
  });

  it('reads forms and notes from the help', () => {
    expect(readForms(PLANT)).toEqual({
      forms: [{ usage: 'plant <group>', meaning: 'Plant a tree and wait' }],
      notes: ['Note: slow.'],
    });
    expect(usageOf(PLANT)).toBe('plant [--water] [shallow|deep] <group>...');
  });
});

describe('a row that is added to the table', () => {
  const commands = [...COMMANDS, PLANT];

  it.each(Object.entries(SCRIPTS))('is completed in %s', (_shell, script) => {
    const before = script(COMMANDS, CLIENT_FLAGS);
    const after = script(commands, CLIENT_FLAGS);
    expect(before).not.toContain('plant');
    expect(after).toMatch(/\bplant\b/);
    expect(after).toContain('shallow deep');
    expect(after).toContain('water');
  });

  it('offers in each place the words that fit', () => {
    expect(offersOf([PLANT])).toEqual([
      { command: 'plant', place: 0, isLast: false, words: ['shallow', 'deep'], names: 'groups' },
      { command: 'plant', place: 1, isLast: true, words: [], names: 'groups' },
    ]);
  });
});

describe('the flags of supervisorctl', () => {
  it.each(Object.entries(SCRIPTS))('are completed in %s', (shell, script) => {
    const text = script(COMMANDS, CLIENT_FLAGS);
    for (const { long } of CLIENT_FLAGS)
      expect(text).toContain(shell === 'fish' ? `-l ${long}` : `--${long}`);
  });

  it('are all in the usage on a terminal, and those of the stock client elsewhere', () => {
    expect(clientUsage('ctl', COMMANDS)).toContain('\n--patterns -- read names as patterns');
    expect(clientUsage('ctl', null)).not.toContain('patterns');
    expect(clientUsage('ctl', null)).toContain('\n-r/--history-file -- keep a readline history');
  });
});

describe('--help on a terminal', () => {
  it('lists every action with its options', () => {
    const usage = clientUsage('ctl', COMMANDS);
    for (const line of (usage.split('Actions:')[1] ?? '').split('\n')) expect(line.length).toBeLessThan(80);
    const unwrapped = usage.replace(/\n {10,}(?!-)/g, ' ');
    for (const { name, summary, options } of COMMANDS) {
      expect(unwrapped).toContain(`\n  ${name.padEnd('critical-chain'.length)}  ${summary}`);
      for (const { flag } of Object.values(options)) expect(usage).toContain(` ${flag}`);
    }
    expect(clientUsage('ctl', null)).not.toContain('Actions:');
  });
});

describe('a mistyped flag', () => {
  it.each([
    ['--fleeet', '--fleet'],
    ['--pat', '--patterns'],
    ['--confguration', '--configuration'],
    ['--nothing-like-it', null],
  ])('%s: the nearest one is %s', (mistyped, nearest) => {
    expect(nearestFlag(mistyped)).toBe(nearest);
  });
});
