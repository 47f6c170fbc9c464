/** Real Chromium, where it is installed: the tests that need it are left out elsewhere. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { freePort } from '../../compat/harness/ports.ts';
import { fromSetup, type Need } from '../needs.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executable = PLACES.find((place) => existsSync(place)) ?? null;

export const BROWSER: Need = fromSetup(...PLACES);

const LIMIT_MS = 60_000;

/** @param args of Chromium @param nice how much its priority is lower than that of the tests */
export function openBrowser(args: readonly string[] = [], nice = 0): Promise<Browser> {
  return chromium.launch({
    executablePath: fileURLToPath(new URL('quiet-chromium.sh', import.meta.url)),
    args: ['--no-sandbox', '--disable-gpu', ...args],
    timeout: LIMIT_MS,
    env: { ...process.env, CHROMIUM: executable ?? '', CHROMIUM_NICE: String(nice) },
  });
}

/** A section for a server that a browser reaches, and its address. */
export async function serverFor(): Promise<{ readonly section: string; readonly url: string }> {
  const port = await freePort();
  return { section: `[inet_http_server]\nport=127.0.0.1:${port}\n`, url: `http://127.0.0.1:${port}/` };
}

/** Opens the page, and waits until it follows the daemon. Errors of its scripts are kept in `errors`. */
export async function openPage(
  browser: Browser,
  url: string,
  errors: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

/** The badge of a process in the list. */
export function badge(page: Page, id: string, label: string) {
  return page.locator(`tr[data-id="${id}"] .badge`, { hasText: label });
}

/** Does something, and waits for the message about it. It goes by itself after some seconds: the wait begins before. */
export async function withMessage(
  page: Page,
  text: string | RegExp,
  act: () => Promise<void>,
): Promise<void> {
  await Promise.all([page.getByText(text).waitFor(), act()]);
}

/** Answers the question with yes. */
export async function confirm(page: Page, label: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
}

/** Where pictures for the documents go; null where none are made. */
export const pictures: string | null = process.env.VISORD_PICTURES ?? null;

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== null) await page.screenshot({ path: `${pictures}/${name}.png` });
}
