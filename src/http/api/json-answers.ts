/**
 * Answers of the API.
 *
 * @module
 */
import { collectGarbageSoon } from '../../supervisor/heap.ts';
import type { RpcValue } from '../../xmlrpc/values.ts';
import { sendBody } from '../messages/replies.ts';
import type { Headers, Response, Status } from '../messages/response.ts';
import { FAULT_STATUS, faultName, OTHER_FAULT_STATUS } from './fault-status.ts';

const JSON_HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** A text of this length leaves garbage of several times its size. */
const LARGE_ANSWER_CHARACTERS = 256 << 10;

/** Answers with a value as JSON. */
export function sendJson(response: Response, status: Status, value: object, headers: Headers = {}): void {
  const text = `${JSON.stringify(value)}\n`;
  sendBody(response, status, { ...JSON_HEADERS, ...headers }, text);
  if (text.length >= LARGE_ANSWER_CHARACTERS) collectGarbageSoon('usual');
}

/** A method has succeeded. */
export function sendResult(response: Response, result: RpcValue): void {
  sendJson(response, 200, { result });
}

/** A method has failed. @param text the fault's string, as `BAD_NAME: web` */
export function sendFault(response: Response, code: number, text: string): void {
  const name = faultName(code);
  const status = name === null ? OTHER_FAULT_STATUS : FAULT_STATUS[name];
  sendJson(response, status, { fault: { code, name, text } });
}

/** No method was called. @param error the reason, in one sentence */
export function sendProblem(
  response: Response,
  status: Exclude<Status, 200>,
  error: string,
  headers: Headers = {},
): void {
  sendJson(response, status, { error }, headers);
}
