/** Pages that show a session: their files are written, their commands are run, and they print what the page shows. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { ETCD_COMMANDS } from '../../compat/harness/debian.ts';
import { freePort } from '../../compat/harness/ports.ts';
import type { CommandResult, Side } from '../../compat/scenario.ts';
import { type CodeBlock, codeBlocks, writtenPages } from '../docs/markdown.ts';
import { ETCD } from '../fleet/engine/cluster.ts';
import { type Need, needing } from '../needs.ts';
import { SUPERVISORD, test } from './support.ts';

const SESSIONS = writtenPages()
  .map((page) => [page.file, codeBlocks(page).filter(isPartOfSession)] as const)
  .filter(([, blocks]) => blocks.some(isRun));

function isRun({ language, label }: CodeBlock): boolean {
  return language === 'sh' && label === 'run';
}

/** A file to write, commands to run, or what they print. */
function isPartOfSession(block: CodeBlock): boolean {
  return isRun(block) || (block.language === 'ini' && block.label !== '') || block.language === 'text';
}

/** What the session of a page needs. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = { 'docs/failover.md': [ETCD] };

function run(side: Side, text: string): Promise<CommandResult> {
  const folders = [dirname(SUPERVISORD), ETCD_COMMANDS, process.env.PATH ?? ''];
  const environment = { PATH: folders.join(':'), TMPDIR: side.path('.') };
  return side.command('sh', ['-c', text], { environment, seconds: 120 });
}

/**
 * The commands of a block that only show something: those behind its last sleep, and without one each command on a line
 * of its own that shows. On a busy machine they are run again until they show what the page does.
 */
function looksOf(text: string): string {
  const [, behind] = /^sleep \d+\n((?:(?!^sleep ).*\n)*)$/m.exec(text) ?? [];
  const looks = text.match(/^supervisorctl (?:-\S+ (?:\S+\.conf )?)*(?:status|tail)\b.*\n/gm) ?? [];
  return behind ?? looks.join('');
}

/** What a session has that does not fit a busy machine, or another run of it at the same time. */
async function adaptation(): Promise<(text: string) => string> {
  const [clients, peers] = [await freePort(), await freePort()];
  return (text) =>
    text
      .replace(/:2379\b/g, `:${clients}`)
      .replace(/:2380\b/g, `:${peers}`)
      .replace(/^lease_seconds = 6$/m, 'lease_seconds = 15');
}

/** The line of a page as a pattern: numbers vary, and a program that was just started may still be STARTING. */
function patternOf(line: string): RegExp {
  const text = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const varied = text.replace(/\d+/g, '\\d+').replace(/ +/g, ' +');
  return new RegExp(varied.replace(/RUNNING( \+pid.*)$/, '(?:RUNNING$1|STARTING *)'), 'm');
}

/** Ends the servers that a session has left, where it has failed. */
function endServers(side: Side): void {
  for (const file of readdirSync(side.path('.')).filter((name) => /^etcd\d\.pid$/.test(name))) {
    try {
      process.kill(Number(side.readFile(file)), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

describe.each(SESSIONS)('the session of %s', (file, blocks) => {
  const runs = needing(test, ...(NEEDS[file] ?? []));
  runs('runs as the page shows it', async ({ side }) => {
    const adapt = await adaptation();
    try {
      let output = '';
      let looks = '';
      for (const block of blocks) {
        const text = adapt(block.text);
        if (block.language === 'ini') {
          side.writeFile(block.label, text);
        } else if (isRun(block)) {
          const { stdout, stderr } = await run(side, text);
          // Root is warned of a configuration that is looked for in the working directory.
          const complaints = stderr
            .split('\n')
            .filter((line) => line !== '' && !line.includes('UserWarning'));
          expect([complaints, /^.*ERROR.*$/m.exec(stdout)], text).toEqual([[], null]);
          output = stdout;
          looks = looksOf(text);
        } else {
          const patterns = text.trimEnd().split('\n').map(patternOf);
          const isShown = (): boolean =>
            patterns.every(
              (pattern) => pattern.test(output) || pattern.test(side.readFile('supervisord.log')),
            );
          await side.waitFor(`"${text}" behind "${output}"`, async () => {
            if (isShown() || looks === '') return isShown();
            output += (await run(side, looks)).stdout;
            return isShown();
          });
        }
      }
      await side.waitFor('the daemon has ended', () => side.readFile('supervisord.pid') === '');
    } finally {
      endServers(side);
    }
  });
});
