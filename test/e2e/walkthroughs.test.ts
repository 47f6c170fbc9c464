/** Pages that show a session: their files are written, their commands are run, and they print what the page shows. */
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import type { CommandResult, Side } from '../../compat/scenario.ts';
import { type CodeBlock, codeBlocks, writtenPages } from '../docs/markdown.ts';
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

function run(side: Side, text: string): Promise<CommandResult> {
  const environment = { PATH: `${dirname(SUPERVISORD)}:${process.env.PATH ?? ''}` };
  return side.command('sh', ['-c', text], { environment });
}

/** The line of a page as a pattern: numbers vary, and a program that was just started may still be STARTING. */
function patternOf(line: string): RegExp {
  const text = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const varied = text.replace(/\d+/g, '\\d+').replace(/ +/g, ' +');
  return new RegExp(varied.replace(/RUNNING( \+pid.*)$/, '(?:RUNNING$1|STARTING *)'), 'm');
}

describe.each(SESSIONS)('the session of %s', (_, blocks) => {
  test('runs as the page shows it', async ({ side }) => {
    let output = '';
    for (const block of blocks) {
      if (block.language === 'ini') {
        side.writeFile(block.label, block.text);
      } else if (isRun(block)) {
        const { stdout, stderr } = await run(side, block.text);
        // Root is warned of a configuration that is looked for in the working directory.
        const complaints = stderr.split('\n').filter((line) => line !== '' && !line.includes('UserWarning'));
        expect([complaints, /^.*ERROR.*$/m.exec(stdout)], block.text).toEqual([[], null]);
        output = stdout;
      } else {
        for (const line of block.text.trimEnd().split('\n')) {
          const pattern = patternOf(line);
          const shown = () => pattern.test(output) || pattern.test(side.readFile('supervisord.log'));
          await side.waitFor(`"${line}" behind "${output}"`, shown);
        }
      }
    }
    await side.waitFor('the daemon has ended', () => side.readFile('supervisord.pid') === '');
  });
});
