/**
 * `GET /api/logs/NAME/stdout`, `/api/logs/NAME/stderr` and `/api/logs/supervisord`: parts of logs, and what is added to
 * them. The bytes are those of the file.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { statSync } from '../../io/files.ts';
import { followLog } from '../../logs/follow-log.ts';
import { describeError } from '../../logs/log-errors.ts';
import { type OpenLog, openForReading } from '../../logs/log-succession.ts';
import { COMPRESSED_END } from '../../logs/rotation/backup-names.ts';
import { splitNamespec } from '../../rpc/process-names.ts';
import { refusalOfName, refusalOfRight } from '../../rpc/rights/refusal.ts';
import type { Exchange } from '../messages/exchange.ts';
import type { Headers } from '../messages/response.ts';
import { sendProblem } from './json-answers.ts';
import { type AskedLog, type AskedPart, askedLog, askedPart, LogQueryError } from './log-request.ts';
import { sendPart } from './send-part.ts';

/** In the stream of a log that is followed, as `tail -f` of the client shows it. */
const TRUNCATED = Buffer.from('==> File truncated <==\n');

/** @param path what follows `/api/logs/` */
export function answerLog(exchange: Exchange, path: string): void {
  const { request, response, caller, query } = exchange;
  const asked = askedLog(path);
  if (asked === null) {
    sendProblem(response, 404, 'The path of a log is NAME/stdout, NAME/stderr or supervisord.');
    return;
  }
  const refusal =
    asked === 'main' ? refusalOfRight(caller, 'read-all', 'the main log') : refusalOfName(caller, asked.name);
  if (refusal !== null) {
    sendProblem(response, 403, refusal);
    return;
  }
  try {
    answerPart(exchange, asked, askedPart(request, query));
  } catch (error) {
    if (error instanceof LogQueryError) sendProblem(response, 400, error.message);
    else sendProblem(response, 500, `The log cannot be read: ${describeError(error)}.`);
  }
}

function answerPart(exchange: Exchange, asked: AskedLog, part: AskedPart): void {
  const { response } = exchange;
  const file = fileOf(exchange, asked);
  if (file === null) {
    sendProblem(response, 404, asked === 'main' ? 'The main log is not a file.' : 'This log does not exist.');
  } else if (part.follows) {
    follow(exchange, file, part.offset, part.endsWithFile);
  } else {
    const opened = part.backup === null ? openPlain(file) : openBackup(file, part.backup);
    if (opened === null) sendProblem(response, 404, 'This log does not exist, or is not a file.');
    else answerOpened(exchange, file, opened, part);
  }
}

/** The path of the log; null where there is none. */
function fileOf({ supervisor }: Exchange, asked: AskedLog): string | null {
  if (asked === 'main') return supervisor.log.file;
  const names = splitNamespec(asked.name);
  const process =
    names.process === null ? undefined : supervisor.groups.get(names.group)?.processes.get(names.process);
  return (asked.channel === 'stdout' ? process?.stdoutLogfile : process?.stderrLogfile) ?? null;
}

interface OpenedLog {
  readonly log: OpenLog;
  /** As HTTP names it; null for a plain file. */
  readonly encoding: keyof typeof COMPRESSED_END | null;
}

function openPlain(file: string): OpenedLog | null {
  const log = openForReading(file);
  return log && { log, encoding: null };
}

function openBackup(file: string, backup: number): OpenedLog | null {
  const plain = openPlain(`${file}.${backup}`);
  if (plain !== null) return plain;
  for (const encoding of ['gzip', 'zstd'] as const) {
    const log = openForReading(`${file}.${backup}${COMPRESSED_END[encoding]}`);
    if (log !== null) return { log, encoding };
  }
  return null;
}

function answerOpened(exchange: Exchange, file: string, { log, encoding }: OpenedLog, part: AskedPart): void {
  const { request, response } = exchange;
  const { size, descriptor } = log;
  if (encoding !== null && !part.isRange && (part.offset !== 0 || part.length !== null)) {
    closeSync(descriptor);
    throw new LogQueryError('A compressed log is sent whole.');
  }
  // A server may ignore a Range.
  const isRange = part.isRange && encoding === null;
  const start = encoding === null ? startOf(part.offset, size) : 0;
  const end = encoding === null ? Math.min(size, start + (part.length ?? size)) : size;
  if (isRange && start >= end) {
    closeSync(descriptor);
    sendProblem(response, 416, `The log has ${size} bytes.`, { 'Content-Range': `bytes */${size}` });
    return;
  }
  const headers = {
    ...headersOf(file, log, start),
    'Accept-Ranges': encoding === null ? 'bytes' : 'none',
    ...(encoding !== null && { 'Content-Encoding': encoding }),
    ...(isRange && { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  };
  response.begin(isRange ? 206 : 200, headers, end - start);
  if (request.method === 'HEAD') closeSync(descriptor);
  else sendPart(response, descriptor, start, end);
}

/** A log that does not exist yet is waited for. @param endsWithFile the answer ends where another file begins */
function follow(
  { request, response, supervisor }: Exchange,
  file: string,
  offset: number,
  endsWithFile: boolean,
): void {
  const log = openForReading(file);
  const position = log === null ? 0 : startOf(offset, log.size);
  response.begin(200, { ...headersOf(file, log, position), 'X-Accel-Buffering': 'no' });
  if (request.method === 'HEAD') {
    if (log !== null) closeSync(log.descriptor);
    return;
  }
  const send = (bytes: Buffer): void => {
    if (!response.write(bytes)) follower.pause();
  };
  const end = (): void => {
    follower.stop();
    response.end();
  };
  const follower = followLog(file, {
    head: 0,
    opened: log && { log, position },
    onBytes: send,
    onTruncated: () => (endsWithFile ? end() : send(TRUNCATED)),
    ...(endsWithFile && { onSuccessor: end }),
    onError: (error) => {
      supervisor.log.error(`tail of ${file}: ${error.message}`);
      response.end();
    },
  });
  response.onDrain(() => follower.resume());
  response.onGone(() => follower.stop());
}

function startOf(offset: number, size: number): number {
  return offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
}

/** With these headers a client finds the parts before and after, and notices a rotation. */
function headersOf(file: string, log: OpenLog | null, start: number): Headers {
  return {
    'Content-Type': 'text/plain;charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Log-Offset': start,
    'X-Log-Size': log?.size ?? 0,
    'X-Log-File': log === null ? '' : `${log.device}-${log.inode}`,
    'X-Log-Backups': countBackups(file),
  };
}

function countBackups(file: string): number {
  let count = 0;
  const exists = (number: number): boolean =>
    ['', ...Object.values(COMPRESSED_END)].some(
      (end) => statSync(`${file}.${number}${end}`, { throwIfNoEntry: false })?.isFile() ?? false,
    );
  while (exists(count + 1)) count += 1;
  return count;
}
