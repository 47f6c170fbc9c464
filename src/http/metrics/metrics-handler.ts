/**
 * `GET /metrics`: the figures of the daemon and its processes, for Prometheus.
 *
 * @module
 */
import { usageOf } from '../../process/usage/usage.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { Exchange } from '../messages/exchange.ts';
import { sendBody, sendError } from '../messages/replies.ts';
import { DAEMON_METRICS } from './daemon-metrics.ts';
import { metricText } from './metric.ts';
import { PROCESS_METRICS } from './process-metrics.ts';

const HEADERS = {
  'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
  'Cache-Control': 'no-store',
};

/** The processes are those that the caller sees. */
export function answerMetrics({ request, response, supervisor, path }: Exchange): void {
  if (path !== '/metrics') {
    sendError(response, 404);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 400);
    return;
  }
  let isGone = false;
  response.onGone(() => {
    isGone = true;
  });
  void metrics(supervisor).then(
    (text) => {
      if (!isGone) sendBody(response, 200, HEADERS, request.method === 'HEAD' ? '' : text);
    },
    (error: Error) => {
      supervisor.log.error(`metrics: ${error.stack ?? error.message}`);
      if (!isGone) sendError(response, 500);
    },
  );
}

/** The whole answer. */
export async function metrics(supervisor: SupervisorView): Promise<string> {
  const processes = [...supervisor.groups.values()].flatMap((group) => [...group.processes.values()]);
  const usage = await usageOf(processes);
  const nothing = { residentBytes: 0, cpuSeconds: 0, processes: 0 };
  const measured = processes.map((process, index) => {
    const labels = { name: process.config.name, group: process.groupName };
    return [{ process, usage: usage[index] ?? nothing }, labels] as const;
  });
  return [
    ...PROCESS_METRICS.map((metric) => metricText(metric, measured)),
    ...DAEMON_METRICS.map((metric) => metricText(metric, [[supervisor, {}]])),
  ].join('');
}
