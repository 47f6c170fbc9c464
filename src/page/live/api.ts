/**
 * Calls of the daemon's methods.
 *
 * @module
 */
import type { Params } from '../model/actions.ts';

/** The daemon refuses a call; the message is for the user. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The daemon cannot be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

interface Answer {
  readonly result?: unknown;
  /** Why no method was called. */
  readonly error?: string;
  readonly fault?: { readonly code: number; readonly name: string; readonly text: string };
}

/**
 * @param node of the fleet; this daemon passes the call on
 * @throws ApiFault, UnreachableError
 */
export async function call<Result>(
  method: string,
  params: Params = [],
  signal?: AbortSignal,
  node?: string,
): Promise<Result> {
  const response = await request(node === undefined ? `api/${method}` : `api/nodes/${node}/${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(params),
    ...(signal && { signal }),
  });
  return resultOf(response);
}

/** What the API answers to GET. @throws ApiFault, UnreachableError */
export async function get<Result>(path: string): Promise<Result> {
  return resultOf(await request(path));
}

async function resultOf<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  const answer = parsed(text);
  if (answer?.fault) throw new ApiFault(answer.fault.code, answer.fault.text);
  if (answer === null || !('result' in answer)) {
    throw new ApiFault(response.status, answer?.error ?? (text.trim() || statusText(response)));
  }
  return answer.result as Result;
}

/** @throws UnreachableError */
export async function request(path: string, options?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { cache: 'no-store', ...options });
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    throw new UnreachableError('the daemon does not answer');
  }
}

/** What is shown of any failure. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return null;
  }
}

function statusText({ status }: Response): string {
  return `the daemon answers with status ${status}`;
}
