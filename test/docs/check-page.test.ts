/** The example of docs/check.md is checked, and prints what the page shows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../src/checkup/check.ts';
import { openSubject } from '../../src/checkup/reading/open-subject.ts';
import { textReport } from '../../src/checkup/report.ts';
import { fakeUsers, folderWith } from '../config/support.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/check.md', import.meta.url)), 'utf8');

function piece(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';
}

test('the example prints what the page shows', async () => {
  const file = join(folderWith({}), 'site.conf');
  writeFileSync(file, piece('ini'));
  const subject = await openSubject({ file, environment: { PATH: '/bin' }, users: fakeUsers });
  const text = textReport({ file, findings: await check(subject) });
  expect(text.replaceAll(file, 'site.conf')).toBe(piece('text'));
});
