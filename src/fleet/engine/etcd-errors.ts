/**
 * What the errors of etcd mean for the next step.
 *
 * @module
 */
import { type Message, string } from './encoding.ts';
import { EngineError } from './engine.ts';

/** Codes of gRPC: https://grpc.io/docs/guides/status-codes/ */
const CODE = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  notFound: 5,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};

/** This member has no leader, is stopping, or has waited for a majority too long: another member may accept the request. */
const OF_THE_MEMBER = new Set([
  CODE.cancelled,
  CODE.unknown,
  CODE.deadlineExceeded,
  CODE.internal,
  CODE.unavailable,
]);

/** A token of an earlier authentication is no longer valid, or the rights have changed since. */
const STALE_TOKEN = /invalid auth token|revision of auth store is old|user name is empty/;

/** What a member answered instead of a result. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** @param body of an answer; null where it is not JSON @param status of HTTP */
export function refusalOf(body: Message | null, status: number): Refusal | null {
  if (body === null) {
    return { code: CODE.unavailable, message: `HTTP status ${status} without a message of etcd` };
  }
  // Answers that are streams wrap the error in an object.
  const { error } = body;
  const wrapped = typeof error === 'object' && error !== null ? (error as Message) : body;
  const code = wrapped.grpc_code ?? wrapped.code;
  if (error === undefined && status < 400) return null;
  const message = string(wrapped, 'message') || (typeof error === 'string' ? error : `HTTP status ${status}`);
  return { code: typeof code === 'number' ? code : CODE.unavailable, message };
}

export function isStaleToken({ code, message }: Refusal): boolean {
  return code === CODE.unauthenticated || STALE_TOKEN.test(message);
}

export function isAuthenticationOff({ message }: Refusal): boolean {
  return message.includes('authentication is not enabled');
}

/** @param member its address */
export function errorOf({ code, message }: Refusal, member: string): EngineError {
  const text = `etcd at ${member}: ${message}`;
  if (OF_THE_MEMBER.has(code)) return new EngineError('unreachable', text);
  const isLeaseGone = code === CODE.notFound && message.includes('lease not found');
  return new EngineError(isLeaseGone ? 'lease-gone' : 'refused', text);
}
