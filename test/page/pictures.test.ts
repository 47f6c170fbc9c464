/** Makes the pictures of the documents: VISORD_PICTURES=docs/pictures npx vitest run test/page/pictures.test.ts */
import { describe } from 'vitest';
import { program, startWith, test, untilState } from '../e2e/support.ts';
import { need, needing } from '../needs.ts';
import { BROWSER, badge, openBrowser, openPage, picture, pictures, serverFor } from './browser.ts';

const SLEEPS = { command: '/bin/sleep 1000', startsecs: 0 };
const LINES = String.raw`i=100; while [ $i -lt 140 ]; do i=$((i+1)); printf "\033[32mGET\033[0m /orders/%%d \033[1m200\033[0m 12 ms\n" $i; done; printf "\033[31mPOST /orders 500\033[0m the database does not answer\n"; exec sleep 1000`;

needing(
  describe,
  BROWSER,
  need(pictures !== null, 'VISORD_PICTURES=FOLDER'),
)('pictures', () => {
  test('of the list, of a process and of a log', async ({ side }) => {
    const { section, url } = await serverFor();
    const sections = [
      program('postgres', SLEEPS),
      program('redis', SLEEPS),
      program('web', {
        ...{
          command: side.writeFile('web.sh', `#!/bin/sh\n${LINES.replaceAll('%%', '%')}\n`, 0o755),
          startsecs: 0,
        },
        depends_on: 'api:*',
        reload_signal: 'HUP',
      }),
      program('api', {
        ...SLEEPS,
        numprocs: 3,
        process_name: 'api-%(process_num)d',
        depends_on: 'postgres, redis',
      }),
      program('worker', { command: '/bin/false', startsecs: 1, startretries: 0 }),
      program('reports', { command: '/opt/reports/run --all', startretries: 0 }),
      program('backup', { command: '/bin/true', startsecs: 0, autorestart: 'false' }),
      program('mailer', { ...SLEEPS, autostart: 'false' }),
      program('scheduler', { ...SLEEPS, startsecs: 600 }),
    ];
    await startWith(side, section + sections.join(''));
    await untilState(side, 'worker', 'FATAL');
    await untilState(side, 'web', 'RUNNING');
    const browser = await openBrowser();
    try {
      const page = await openPage(browser, url, [], { viewport: { width: 1366, height: 560 } });
      await badge(page, 'worker:worker', 'Fatal').waitFor();
      await page.locator('td.cpu', { hasText: '%' }).first().waitFor();
      await picture(page, 'page');
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.evaluate("location.hash = '#/process/web:web'");
      await page.getByText('History', { exact: true }).waitFor();
      await page.getByText('Dependencies', { exact: true }).waitFor();
      await picture(page, 'page-process');
      await page.evaluate("location.hash = '#/log/web:web/stdout'");
      await page.getByText('does not answer').waitFor();
      await picture(page, 'page-log');
    } finally {
      await browser.close();
    }
  });
});
