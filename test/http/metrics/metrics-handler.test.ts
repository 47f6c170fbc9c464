import { expect, test } from 'vitest';
import { DAEMON_METRICS } from '../../../src/http/metrics/daemon-metrics.ts';
import { metricText } from '../../../src/http/metrics/metric.ts';
import { PROCESS_METRICS } from '../../../src/http/metrics/process-metrics.ts';
import { procStat } from '../../../src/io/proc-stat.ts';
import { group, processConfig } from '../../rpc/fakes.ts';
import { get, openedInTest, type TestServer, type TestServerOptions } from '../client.ts';

const { serve, client } = openedInTest();

const GROUPS = [group('web', [processConfig('a'), processConfig('b')]), group('db', [processConfig('db')])];

async function ask(options: TestServerOptions = {}, prepare?: (server: TestServer) => void): Promise<string> {
  const server = await serve({ groups: GROUPS, ...options });
  prepare?.(server);
  const { status, body } = await client(server).ask(get('/metrics'));
  return status === 200 ? body.toString() : String(status);
}

const linesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

test('the names of the collector of node_exporter have its labels and values', async () => {
  const text = await ask({}, ({ supervisor }) => {
    supervisor.process('a', 'web').become('RUNNING', { pid: 1, startedAt: 1_700_000_000.5 });
    supervisor.process('b', 'web').become('EXITED', { exitStatus: 3 });
  });
  const web = (name: string) => `{name="${name}",group="web"}`;
  expect(linesOf(text, 'node_supervisord_up')).toEqual([
    `node_supervisord_up${web('a')} 1`,
    `node_supervisord_up${web('b')} 0`,
    'node_supervisord_up{name="db",group="db"} 0',
  ]);
  expect(linesOf(text, 'node_supervisord_state').slice(0, 2)).toEqual([
    `node_supervisord_state${web('a')} 20`,
    `node_supervisord_state${web('b')} 100`,
  ]);
  expect(text).toContain(`node_supervisord_exit_status${web('b')} 3\n`);
  expect(linesOf(text, 'node_supervisord_start_time_seconds')).toEqual([
    `node_supervisord_start_time_seconds${web('a')} 1700000000`,
  ]);
  expect(text).toContain('# TYPE node_supervisord_start_time_seconds counter\n');
});

test('a process has its restarts, its output and what it uses; only checks that there are have a value', async () => {
  const text = await ask({}, ({ supervisor }) => {
    const a = supervisor.process('a', 'web');
    a.become('RUNNING', { pid: process.pid });
    Object.assign(a, {
      restarts: 4,
      outputBytes: { stdout: 10, stderr: 2 },
      startTicks: procStat(process.pid)?.startTicks,
      health: { isHealthy: false, text: 'unhealthy' },
      logTrouble: 'disk full',
    });
  });
  const a = '{name="a",group="web"}';
  expect(text).toContain(`visord_process_restarts_total${a} 4\n`);
  expect(text).toContain('visord_process_output_bytes_total{name="a",group="web",channel="stdout"} 10\n');
  expect(text).toContain(`visord_process_log_trouble${a} 1\n`);
  expect(linesOf(text, 'visord_process_healthy')).toEqual([`visord_process_healthy${a} 0`]);
  expect(linesOf(text, 'visord_process_ready')).toEqual([]);
  expect(linesOf(text, 'visord_process_resident_memory_bytes')).toHaveLength(1);
  expect(Number(linesOf(text, 'visord_process_resident_memory_bytes')[0]?.split(' ')[1])).toBeGreaterThan(
    1e7,
  );
});

test('the daemon has figures of its own', async () => {
  const text = await ask();
  for (const { name, type } of DAEMON_METRICS) expect(text).toContain(`# TYPE ${name} ${type}\n`);
  expect(text).toMatch(/^visord_info\{version="[^"]+",node="[\d.]+",identifier="supervisor"\} 1$/m);
  expect(text).toMatch(/^visord_spawn_duration_seconds_bucket\{le="\+Inf"\} \d+$/m);
  expect(Number(linesOf(text, 'visord_http_requests_total')[0]?.split(' ')[1])).toBeGreaterThan(0);
});

test('names of metrics are those of Prometheus, each once', () => {
  const names = [...PROCESS_METRICS, ...DAEMON_METRICS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^(?:node_supervisord|visord|process|nodejs)_[a-z_]+$/);
});

test('values of labels are escaped', () => {
  const metric = { name: 'm', type: 'gauge', help: 'h', read: () => 1 } as const;
  expect(metricText(metric, [[null, { name: 'a"b\\c\nd' }]])).toBe(
    '# HELP m h\n# TYPE m gauge\nm{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test('the password is needed, unless the metrics are public; then it is still needed for all others', async () => {
  const credentials = { username: 'admin', password: 'secret' };
  expect(await ask({ credentials })).toBe('401');
  expect(await ask({ credentials, metrics: 'public' })).toContain('visord_info');
  const server = await serve({ groups: GROUPS, credentials, metrics: 'public' });
  for (const path of ['/metrics/x', '/metricsx', '/healthz', '/']) {
    expect((await client(server).ask(get(path))).status).toBe(401);
  }
  expect((await client(await serve({ groups: GROUPS })).ask(get('/metricsx'))).status).toBe(404);
});
