/** Real Chromium, where it is installed: the tests that need it are left out elsewhere. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executable = PLACES.find((place) => existsSync(place)) ?? null;

export const hasBrowser = executable !== null;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-gpu'] });
}

/** A section for a server that a browser reaches, and its address. */
export async function serverFor(): Promise<{ readonly section: string; readonly url: string }> {
  const port = await freePort();
  return { section: `[inet_http_server]\nport=127.0.0.1:${port}\n`, url: `http://127.0.0.1:${port}/` };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
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
  page.setDefaultTimeout(60_000);
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

/** Answers the question with yes. */
export async function confirm(page: Page, label: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
}

/** Where pictures for the documents go; null where none are made. */
export const pictures: string | null = process.env.VISORD_PICTURES ?? null;

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== null) await page.screenshot({ path: `${pictures}/${name}.png` });
}
