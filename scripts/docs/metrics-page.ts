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

The HTTP servers of the daemon answer \`GET /metrics\` with these metrics. [metrics.md](../metrics.md) describes the set-up of
Prometheus and Grafana.

## Of each process

All have the labels ${PROCESS_LABELS.map((label) => `\`${label}\``).join(' and ')}. The supervisord collector of node_exporter
and Go supervisord have the first four too.

${table(PROCESS_METRICS)}

## Of the daemon

Metrics that begin with \`process_\` or \`nodejs_\` have the names of Prometheus' client libraries.

${table(DAEMON_METRICS)}

Counters that begin with \`visord_\` start at 0 when the daemon starts, and after an upgrade in place. Two go on for processes
that are adopted: \`visord_process_restarts_total\` and \`visord_process_cpu_seconds_total\`.
`;
}

function table<Subject>(metrics: readonly Metric<Subject>[]): string {
  const rows = metrics.map(({ name, type, help, labels = [] }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`;
  });
  return `| metric | type | labels | |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}
