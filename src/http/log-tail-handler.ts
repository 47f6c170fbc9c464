/**
 * `/logtail/NAME[/stdout|/stderr]` and `/mainlogtail`: the end of a log, and then what is added to it.
 *
 * @module
 */
import type { LogFormat } from '../config/tables/log-formats.ts';
import { statSync } from '../io/files.ts';
import { followLog } from '../logs/follow-log.ts';
import { OriginalPieces } from '../logs/original-log.ts';
import { splitNamespec } from '../rpc/process-names.ts';
import { refusalOfName } from '../rpc/rights/refusal.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import type { Exchange } from './messages/exchange.ts';
import { sendError, sendRefusal } from './messages/replies.ts';

/** How many of the last bytes a tail begins with. */
const HEAD_BYTES = 1024;

const TRUNCATED = Buffer.from('==> File truncated <==\n');

/** `/logtail/NAME`. */
export function tailProcessLog(exchange: Exchange): void {
  // The first part is `logtail`, or begins with it: the reference compares no more.
  const [, target = ''] = splitAtSlash(exchange.path.replace(/^\/+/, ''));
  const [name, channel = 'stdout'] = splitAtSlash(target);
  const refusal = refusalOfName(exchange.caller, name);
  if (refusal !== null) sendRefusal(exchange.response, refusal);
  else tail(exchange, ...logOf(exchange.supervisor, name, channel));
}

/** `/mainlogtail`. */
export function tailMainLog(exchange: Exchange): void {
  tail(exchange, exchange.supervisor.log.file, 'raw');
}

function tail({ request, response, supervisor }: Exchange, file: string | null, format: LogFormat): void {
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
    if (bytes.length > 0 && !response.write(bytes)) follower.pause();
  };
  const pieces = format === 'raw' ? null : new OriginalPieces(format, stats.size > HEAD_BYTES);
  const follower = followLog(file, {
    head: HEAD_BYTES,
    onBytes: pieces === null ? send : (bytes) => send(pieces.take(bytes)),
    onTruncated: () => {
      pieces?.restart();
      send(TRUNCATED);
    },
    onError: (error) => {
      supervisor.log.error(`tail of ${file}: ${error.message}`);
      response.end();
    },
  });
  response.onDrain(() => follower.resume());
  response.onGone(() => follower.stop());
}

function logOf(supervisor: SupervisorView, name: string, channel: string): [string | null, LogFormat] {
  const names = splitNamespec(name);
  const process =
    names.process === null ? undefined : supervisor.groups.get(names.group)?.processes.get(names.process);
  if (process === undefined || (channel !== 'stdout' && channel !== 'stderr')) return [null, 'raw'];
  const file = channel === 'stdout' ? process.stdoutLogfile : process.stderrLogfile;
  return [file, process.config[channel].format];
}

function splitAtSlash(path: string): [string, string?] {
  const slash = path.indexOf('/');
  return slash < 0 ? [path] : [path.slice(0, slash), path.slice(slash + 1)];
}
