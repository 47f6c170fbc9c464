/** The reference of the commands and the manual pages have what the tables have, and can be read. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandSection, commandsPage } from '../../scripts/docs/commands-page.ts';
import { PAGES } from '../../scripts/docs/pages.ts';
import { renderManual } from '../../scripts/docs/roff.ts';
import { DAEMON_FLAGS } from '../../src/bin/supervisord-flags.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { CLIENT_FLAGS } from '../../src/ctl/flags.ts';
import { installed, needing } from '../needs.ts';

const MANUAL_PAGES = PAGES.filter(({ file }) => file.startsWith('docs/man/'));
const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
describe('the reference of the commands', () => {
  const text = commandsPage();

  it('has every command and every flag', () => {
    for (const { name } of COMMANDS) expect(text).toContain(`\n### ${name}\n`);
    for (const { long } of [...DAEMON_FLAGS, ...CLIENT_FLAGS]) expect(text).toContain(`\`--${long}`);
  });

  it('has what a new row has', () => {
    const section = commandSection({
      name: 'plant',
      arguments: [{ name: 'tree', kind: 'word', isRepeated: true }],
      options: { deep: { flag: '--deep', value: 'METRES', help: 'How deep.', since: '9.9.9', read: Number } },
      summary: 'Plants trees.',
      help: 'plant <tree>\tPlant a tree',
      details: ['It takes a while.'],
      exits: { notRunning: 'The tree is dead.' },
      isStock: false,
      since: '9.9.9',
    }).join('\n');
    for (const part of [
      '### plant',
      '`plant [--deep METRES] <tree>...` (visord 9.9.9)',
      'Plants trees.',
      '| `plant <tree>` | Plant a tree |',
      '| `--deep METRES` (visord 9.9.9) | How deep. |',
      'It takes a while.',
      '| 7 | The tree is dead. |',
    ]) {
      expect(section).toContain(part);
    }
  });
});

describe('a manual page', () => {
  it('has nothing that the formatter takes for an instruction', () => {
    const source = renderManual({
      name: 'x',
      section: 1,
      summary: 'a\\b',
      synopsis: ['x -y'],
      sections: [{ title: 'A "B"', paragraphs: [".not a macro\n'nor this"] }],
      seeAlso: ['y(1)'],
    });
    expect(source).toContain('\nx \\- a\\eb\n');
    expect(source).toContain("\n\\&.not a macro\n\\&'nor this\n");
    expect(source).toContain('.SH "A \\(dqB\\(dq"');
  });

  it.each(MANUAL_PAGES.map((page) => [page.file, page] as const))(
    '%s names its command first',
    (file, page) => {
      const name = file.replace(/^.*\//, '').replace(/\.\d$/, '');
      expect(page.text()).toContain(`\n.SH NAME\n${name} \\- `);
    },
  );

  needing(it, installed('groff')).each(MANUAL_PAGES.map(({ file }) => [file]))(
    '%s is formatted without a warning',
    (file) => {
      const options = ['-man', '-Tutf8', '-ww', '-z', pathOf(file)];
      const output = execFileSync('groff', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      expect(output).toBe('');
    },
  );
});
