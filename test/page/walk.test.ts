import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { infoOf, program, startWith, test, untilAll, untilState } from '../e2e/support.ts';
import { needing } from '../needs.ts';
import { BROWSER, badge, confirm, openBrowser, openPage, serverFor, withMessage } from './browser.ts';
import { status } from './rows.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SLEEPS = { command: '/bin/sleep 1000', startsecs: 0 };

/** What axe finds to be wrong, one line each. @param rules their names; all of them if left out */
async function findings(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const options = JSON.stringify(rules === undefined ? {} : { runOnly: rules });
  const found = (await page.evaluate(`axe.run(${options}).then(({ violations }) => violations)`)) as {
    id: string;
    nodes: { html: string; failureSummary: string }[];
  }[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}

needing(describe, BROWSER)('the live page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('shows a crash, starts, follows a log, updates and stops all', async ({ side }) => {
    const { section, url } = await serverFor();
    const input = side.writeFile('input', 'the first line\n');
    const web = program('web', {
      command: `/usr/bin/tail -n +1 -f ${input}`,
      startsecs: 0,
      autorestart: 'false',
    });
    await startWith(side, `${section}${web}${program('db', SLEEPS)}`);
    await untilAll(side, 'RUNNING');
    const errors: string[] = [];
    const page = await openPage(browser, url, errors);
    await badge(page, 'web:web', 'Running').waitFor();

    process.kill((await infoOf(side, 'web')).pid, 'SIGKILL');
    await badge(page, 'web:web', 'Exited').waitFor();
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);

    await withMessage(page, 'web started', () => page.getByRole('button', { name: 'Start web' }).click());
    await badge(page, 'web:web', 'Running').waitFor();

    await page.getByRole('link', { name: 'Log of web' }).click();
    await page.locator('.log-line', { hasText: 'the first line' }).first().waitFor();
    appendFileSync(input, '\x1b[31mred\x1b[0m and <b>plain</b>\n');
    await page.locator('.log-line .a1', { hasText: 'red' }).waitFor();
    await page.locator('.log-line', { hasText: 'and <b>plain</b>' }).waitFor();
    await page.getByRole('searchbox').fill('PLAIN');
    await page.locator('mark', { hasText: 'plain' }).waitFor();

    side.writeFile(
      'supervisord.conf',
      `${side.preamble}${section}${web}${program('db', SLEEPS)}${program('new', SLEEPS)}`,
    );
    await page.getByRole('link', { name: 'Daemon', exact: true }).click();
    await page.getByRole('button', { name: 'Compare with what runs' }).click();
    await page.locator('.plan li', { hasText: 'new' }).waitFor();
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await withMessage(page, /^Updated: 1 change$/, () => confirm(page, 'Update'));
    await page.getByRole('link', { name: 'Processes', exact: true }).click();
    await badge(page, 'new:new', 'Running').waitFor();

    await page.getByRole('button', { name: 'Stop all' }).click();
    await withMessage(page, 'All 3 processes stopped', () => confirm(page, 'Stop'));
    for (const name of ['web', 'db', 'new']) await badge(page, `${name}:${name}`, 'Stopped').waitFor();
    expect(errors).toEqual([]);
  });

  test('in two browsers shows the same, also after the daemon has ended, come back and been upgraded', async ({
    side,
  }) => {
    const { section, url } = await serverFor();
    const daemon = await startWith(side, `${section}${program('web', SLEEPS)}`);
    await untilAll(side, 'RUNNING');
    const errors: string[] = [];
    const [one, other] = [await openPage(browser, url, errors), await openPage(browser, url, errors)];
    await one.getByRole('button', { name: 'Stop web' }).click();
    await confirm(one, 'Stop');
    await badge(other, 'web:web', 'Stopped').waitFor();
    await other.getByRole('button', { name: 'Start web' }).click();
    await badge(one, 'web:web', 'Running').waitFor();

    await daemon.stop();
    for (const page of [one, other]) await page.getByText('No answer', { exact: true }).waitFor();
    await startWith(side, `${section}${program('web', SLEEPS)}${program('more', SLEEPS)}`);
    for (const page of [one, other]) {
      await page.getByText('Live', { exact: true }).waitFor();
      await badge(page, 'more:more', 'Running').waitFor();
    }

    const { pid } = await infoOf(side, 'web');
    await one.getByRole('link', { name: 'Daemon', exact: true }).click();
    await one.getByRole('button', { name: 'Upgrade' }).click();
    await withMessage(one, 'The upgrade begins', () => confirm(one, 'Upgrade'));
    await side.waitFor('the daemon is upgraded', () =>
      side.readFile('main.log').includes('goes on in place of'),
    );
    await untilState(side, 'web', 'RUNNING');
    expect((await infoOf(side, 'web')).pid).toBe(pid);
    await other.getByRole('button', { name: 'Stop more' }).click();
    await confirm(other, 'Stop');
    await badge(other, 'more:more', 'Stopped').waitFor();
    await untilState(side, 'more', 'STOPPED');
    expect(errors).toEqual([]);
  });

  test('has nothing that axe finds to be wrong, in light and dark', async ({ side }) => {
    const { section, url } = await serverFor();
    const bad = program('bad', { command: '/nonexistent', startretries: 0 });
    const group = program('many', { ...SLEEPS, numprocs: 2, process_name: '%(process_num)d' });
    const web = program('web', {
      ...SLEEPS,
      readiness_check_script: '/bin/true',
      pre_stop_hook: '/bin/true',
    });
    const sink = '[eventlistener:sink]\ncommand=/bin/sleep 1000\nevents=PROCESS_STATE\nstartsecs=0\n';
    await startWith(side, `${section}${web}${bad}${group}${sink}`);
    await untilState(side, 'bad', 'FATAL');
    await untilState(side, 'web', 'RUNNING');
    const errors: string[] = [];
    const page = await openPage(browser, url, errors);
    const views = [
      ['', "can't find command"],
      ['process/web:web', 'passed after'],
      ['log/web:web/stdout', 'The log is empty.'],
      ['daemon', 'in the buffer'],
    ];
    for (const [hash, text = ''] of views) {
      await page.evaluate(`location.hash = '#/${hash}'`);
      await page.getByText(text).first().waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // The elements are the same in both.
        const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
        expect(await findings(page, rules)).toEqual([]);
      }
    }
    expect(errors).toEqual([]);
  });

  test('gives a program another number of processes', async ({ side }) => {
    const { section, url } = await serverFor();
    const group = program('many', { ...SLEEPS, numprocs: 2, process_name: '%(process_num)d' });
    const kept = `[supervisord]\nstatedir=${side.path('state')}\n`;
    await startWith(side, `${kept}${section}${group}`);
    const errors: string[] = [];
    const page = await openPage(browser, url, errors);
    await badge(page, 'many:1', 'Running').waitFor();
    await page.getByRole('button', { name: 'More for group many' }).click();
    await page.getByRole('menuitem', { name: 'Scale …' }).click();
    const number = page.getByLabel('Number of processes, 0 to 1000');
    expect(await number.inputValue()).toBe('2');
    expect(await findings(page)).toEqual([]);
    await number.fill('3');
    await withMessage(page, 'many scaled to 3 processes', () => confirm(page, 'Scale'));
    await badge(page, 'many:2', 'Running').waitFor();

    // The menu of the last row stays in the window.
    await page.setViewportSize({ width: 1366, height: 300 });
    await page.getByRole('button', { name: 'More for many:2' }).click();
    const menu = await page.getByRole('menu').boundingBox();
    expect(menu?.y).toBeGreaterThanOrEqual(0);
    expect((menu?.y ?? 0) + (menu?.height ?? 300)).toBeLessThanOrEqual(300);
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.getByRole('menuitem', { name: 'Scale …' }).click();
    await withMessage(page, 'many scaled as configured', () =>
      page.getByRole('button', { name: 'As configured (2)' }).click(),
    );
    await badge(page, 'many:2', 'Running').waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  test('shows a role that reads nothing that it may not do', async ({ side }) => {
    const { section, url } = await serverFor();
    const users = '[user:eve]\npassword=secret\nrole=read\n';
    await startWith(side, `${section}${users}${program('web', SLEEPS)}`);
    const errors: string[] = [];
    const page = await openPage(browser, url, errors, {
      httpCredentials: { username: 'eve', password: 'secret' },
    });
    await badge(page, 'web:web', 'Running').waitFor();
    await page.getByRole('link', { name: 'Log of web' }).waitFor();
    expect(await page.getByRole('button', { name: /^(Stop|Start|Restart|Clear)\b/ }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('has of 5,000 processes those on the screen in the document', async ({ side }) => {
    const { section, url } = await serverFor();
    await startWith(side, section + program('web', SLEEPS));
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const processes = Array.from({ length: 5000 }, (_, index) =>
      status({ group: `p${index}`, name: `p${index}`, pid: index + 1 }),
    );
    const result = { identifier: 'supervisor', state: 'RUNNING', now: 100, processes };
    await page.route('**/api/visord.getStatus', (route) => route.fulfill({ json: { result } }));
    await page.goto(url);
    await badge(page, 'p0:p0', 'Running').waitFor();
    expect(await page.locator('tr.process').count()).toBeLessThan(80);
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await badge(page, 'p4999:p4999', 'Running').waitFor();
    expect(await page.locator('tr.process').count()).toBeLessThan(80);
    await page.getByRole('searchbox').fill('p1234');
    await badge(page, 'p1234:p1234', 'Running').waitFor();
    await context.close();
  });

  test('shows its rows before the daemon has answered a call', async ({ side }) => {
    const { section, url } = await serverFor();
    await startWith(side, section + program('web', SLEEPS));
    await untilAll(side, 'RUNNING');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/api/**', () => {});
    await page.goto(url);
    await badge(page, 'web:web', 'Running').waitFor();
    await page.getByText('Connecting', { exact: true }).waitFor();
    await context.close();
  });

  test('without JavaScript is the plain table, with its links', async ({ side }) => {
    const { section, url } = await serverFor();
    await startWith(side, section + program('web', SLEEPS));
    await untilAll(side, 'RUNNING');
    const page = await openPage(browser, url, [], { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Stop', exact: true }).click();
    await page.getByText('Process web stopped').waitFor();
    await untilState(side, 'web', 'STOPPED');
  });
});
