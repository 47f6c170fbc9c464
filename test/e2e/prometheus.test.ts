/** A real Prometheus scrapes the daemon; `npm run prometheus` unpacks it. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { PROMETHEUS_COMMANDS } from '../../compat/harness/debian.ts';
import { need, needing } from '../needs.ts';
import { program, startWith, test, untilState } from './support.ts';

const PROMETHEUS = join(PROMETHEUS_COMMANDS, 'prometheus');
const PROMTOOL = join(PROMETHEUS_COMMANDS, 'promtool');
const IS_THERE = need(existsSync(PROMETHEUS), 'npm run prometheus');

const DASHBOARD = fileURLToPath(new URL('../../docs/grafana/visord.json', import.meta.url));

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Expressions of what is wrong have no result here. */
const WITHOUT_RESULT = new Set(['Trouble']);

/** Its counter is called as that of node_exporter, without `_total`. */
const KNOWN_LINT = 'node_supervisord_start_time_seconds counter metrics should have "_total" suffix';

function configure(port: number): string {
  return (
    `[inet_http_server]\nport=127.0.0.1:${port}\nusername=admin\npassword=secret\nmetrics=public\n` +
    program('talks', { command: "/bin/sh -c 'while :; do echo hello; sleep 0.1; done'", startsecs: 0 }) +
    program('fails', { command: "/bin/sh -c 'sleep 0.2; exit 3'", startsecs: 0, autorestart: 'true' })
  );
}

needing(test, IS_THERE)(
  'Prometheus scrapes the daemon, and knows every expression of the dashboard',
  async ({ side }) => {
    const port = await side.freePort();
    await startWith(side, configure(port));
    await untilState(side, 'talks', 'RUNNING');
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(await lint(text)).toEqual([KNOWN_LINT]);

    const own = await side.freePort();
    const config = side.writeFile(
      'prometheus.yml',
      `scrape_configs:\n- job_name: visord\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\n  static_configs:\n  - targets: ['127.0.0.1:${port}']\n`,
    );
    const prometheus = spawn(
      PROMETHEUS,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${side.path('data')}`,
        `--web.listen-address=127.0.0.1:${own}`,
        '--log.level=error',
      ],
      { cwd: side.path('.'), stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    try {
      const ask = (expression: string) => query(own, expression);
      await side.waitFor('a scrape', async () => (await ask('up == 1')) > 0);
      const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
      expect(dashboard.panels.length).toBeGreaterThan(10);
      for (const { title, targets } of dashboard.panels) {
        for (const { expr } of targets) {
          const expression = expr.replace(/\$__rate_interval/g, '1m').replace(/\$(?:job|group)/g, '.*');
          expect(await ask(expression), expression).toBeGreaterThanOrEqual(0);
          if (WITHOUT_RESULT.has(title)) continue;
          await side.waitFor(`a result of ${expression}`, async () => (await ask(expression)) > 0);
        }
      }
      await side.waitFor(
        'restarts',
        async () => (await ask('visord_process_restarts_total{name="fails"} > 1')) > 0,
      );
    } finally {
      prometheus.kill('SIGKILL');
      await ended;
    }
  },
);

needing(test, IS_THERE)('the examples of docs/metrics.md are right', async ({ side }) => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/metrics.md', import.meta.url)), 'utf8');
  const [config = '', rules = ''] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
  const check = promisify(execFile);
  await check(PROMTOOL, ['check', 'config', side.writeFile('prometheus.yml', config)]);
  const { stdout } = await check(PROMTOOL, ['check', 'rules', side.writeFile('rules.yml', rules)]);
  expect(stdout).toContain('1 rules found');
});

/** How many results the expression has; -1 before Prometheus answers. @throws Error for an expression that is wrong */
async function query(port: number, expression: string): Promise<number> {
  const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch {
    return -1;
  }
  if (answer.status === 503) return -1;
  const body = (await answer.json()) as { status: string; error?: string; data: { result: unknown[] } };
  if (body.status !== 'success') throw new Error(`${expression}: ${body.error}`);
  return body.data.result.length;
}

/** The output of `promtool check metrics`. */
async function lint(text: string): Promise<string[]> {
  const running = promisify(execFile)(PROMTOOL, ['check', 'metrics']);
  running.child.stdin?.end(text);
  const { stdout, stderr } = await running.catch((error: { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`.split('\n').filter(Boolean);
}
