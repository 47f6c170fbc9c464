/**
 * The value of an answer, and the errors of answers that have none.
 *
 * @module
 */
import {
  MalformedResponseError,
  type MethodResponse,
  readMethodResponse,
} from '../../xmlrpc/response-reader.ts';
import type { RpcParameter } from '../../xmlrpc/values.ts';
import { BadAnswerError, FaultError } from './trouble.ts';

/** The original supervisord sends such answers to calls that wait: their Content-Length counts characters, not bytes. */
const CUT =
  'sent the beginning of an answer and not its end (the original supervisord does that where names are not ASCII)';

/**
 * The value of a `<methodResponse>`.
 *
 * @throws FaultError when it is a fault
 * @throws BadAnswerError when it is not a method response
 */
export function readResponse(xml: string): RpcParameter {
  const response = read(xml);
  if (response.kind === 'fault') throw new FaultError(response.code, response.text);
  return response.value;
}

function read(xml: string): MethodResponse {
  try {
    return readMethodResponse(xml);
  } catch (error) {
    if (!(error instanceof MalformedResponseError)) throw error;
    const isCut = xml.includes('<methodResponse>') && !xml.includes('</methodResponse>');
    throw new BadAnswerError(isCut ? CUT : 'did not answer in XML-RPC; is this a supervisord?');
  }
}
