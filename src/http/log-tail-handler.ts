/**
 * `/logtail/NAME[/stdout|/stderr]` and `/mainlogtail`: the end of a log, and then what comes.
 *
 * @module
 */
import { statSync } from '../io/files.ts';
import { followLog } from '../logs/follow-log.ts';
import { splitNamespec } from '../rpc/process-names.ts';
import { refusalOfName } from '../rpc/rights/refusal.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import type { Exchange, Handler } from './messages/exchange.ts';
import { sendError, sendRefusal } from './messages/replies.ts';

/** How many of the last bytes a tail begins with. */
const HEAD_BYTES = 1024;

const TRUNCATED = Buffer.from('==> File truncated <==\n');

export const tailProcessLog: Handler = (exchange) => {
  // The first part is `logtail`, or begins with it: the reference compares no more.
  const [, target = ''] = splitAtSlash(exchange.path.replace(/^\/+/, ''));
  const [name, channel = 'stdout'] = splitAtSlash(target);
  const refusal = refusalOfName(exchange.caller, name);
  if (refusal !== null) sendRefusal(exchange.response, refusal);
  else tail(exchange, logOf(exchange.supervisor, name, channel));
};

export const tailMainLog: Handler = (exchange) => {
  tail(exchange, exchange.supervisor.log.file);
};

function tail({ request, response, supervisor }: Exchange, file: string | null): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 400);
    return;
  }
  const stats = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file === null || !stats) {
    sendError(response, 404);
    return;
  }
  response.begin(200, {
    'Last-Modified': stats.mtime.toUTCString(),
    'Content-Type': 'text/plain;charset=utf-8',
    'X-Accel-Buffering': 'no',
  });
  if (request.method === 'HEAD') return;
  const send = (bytes: Buffer) => {
    if (!response.write(bytes)) follower.pause();
  };
  const follower = followLog(file, {
    head: HEAD_BYTES,
    onBytes: send,
    onTruncated: () => send(TRUNCATED),
    onError: (error) => {
      supervisor.log.error(`tail of ${file}: ${error.message}`);
      response.end();
    },
  });
  response.onDrain(() => follower.resume());
  response.onGone(() => follower.stop());
}

function logOf(supervisor: SupervisorView, name: string, channel: string): string | null {
  const names = splitNamespec(name);
  if (names.process === null) return null;
  const process = supervisor.groups.get(names.group)?.processes.get(names.process);
  if (channel === 'stdout') return process?.stdoutLogfile ?? null;
  return channel === 'stderr' ? (process?.stderrLogfile ?? null) : null;
}

function splitAtSlash(path: string): [string, string?] {
  const slash = path.indexOf('/');
  return slash < 0 ? [path] : [path.slice(0, slash), path.slice(slash + 1)];
}
