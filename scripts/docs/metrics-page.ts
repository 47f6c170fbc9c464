/**
 * The reference page of the metrics.
 *
 * @module
 */
import { DAEMON_METRICS } from '../../src/http/metrics/daemon-metrics.ts';
import type { Metric } from '../../src/http/metrics/metric.ts';
import { PROCESS_LABELS, PROCESS_METRICS } from '../../src/http/metrics/process-metrics.ts';

export function metricsPage(): string {
  return `# Metrics

<!-- Made from the tables in src/http/metrics by \`npm run docs\`. -->

What \`GET /metrics\` of the HTTP servers answers; [metrics.md](../metrics.md) has the set-up of Prometheus and Grafana.

## Of each process

All have the labels ${PROCESS_LABELS.map((label) => `\`${label}\``).join(' and ')}. The first four are those of node_exporter's
supervisord collector and of Go supervisord.

${table(PROCESS_METRICS)}

## Of the daemon

Those that begin with \`process_\` and \`nodejs_\` have the names of Prometheus' client libraries.

${table(DAEMON_METRICS)}

Counters begin at 0 when a daemon starts, and after an upgrade in place; \`visord_process_restarts_total\` goes on for processes
that are adopted.
`;
}

function table<Subject>(metrics: readonly Metric<Subject>[]): string {
  const rows = metrics.map(({ name, type, help, labels = [] }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`;
  });
  return `| metric | type | labels | |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}
