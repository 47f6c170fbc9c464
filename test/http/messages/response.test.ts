import { beforeEach, describe, expect, test } from 'vitest';
import { RequestParser } from '../../../src/http/messages/request-parser.ts';
import { type AnswerWire, Response } from '../../../src/http/messages/response.ts';
import { get } from '../client.ts';

/** A client that takes nothing by itself. */
class SlowWire implements AnswerWire {
  waitingBytes = 0;
  readonly log: string[] = [];
  readonly #takesAtOnce: boolean;

  constructor(takesAtOnce: boolean) {
    this.#takesAtOnce = takesAtOnce;
  }

  send(before: string, bytes: Buffer = Buffer.alloc(0), after = ''): void {
    if (!this.#takesAtOnce) this.waitingBytes += before.length + bytes.length + after.length;
  }

  answered(): void {
    this.log.push('answered');
  }

  abort(): void {}
}

function answerOn(wire: SlowWire): Response {
  const parser = new RequestParser();
  parser.push(Buffer.from(get('/')));
  const part = parser.next();
  if (part?.kind !== 'head') throw new Error('no request');
  const response = new Response(wire, part.head);
  response.onSent(() => wire.log.push('sent'));
  return response;
}

describe('the lender of the bytes of an answer has them back', () => {
  let slow: SlowWire;

  beforeEach(() => {
    slow = new SlowWire(false);
  });

  test('at once where the client takes them all, before its next request is looked at', () => {
    const quick = new SlowWire(true);
    answerOn(quick).send(200, {}, Buffer.from('body'));
    expect(quick.log).toEqual(['sent', 'answered']);
  });

  test('when the client has taken them, once', () => {
    const response = answerOn(slow);
    response.send(200, {}, Buffer.from('body'));
    expect(slow.log).toEqual(['answered']);
    response.drained();
    response.drained();
    response.gone();
    expect(slow.log).toEqual(['answered', 'sent']);
  });

  test('when the client goes away', () => {
    const response = answerOn(slow);
    response.send(200, {}, Buffer.from('body'));
    response.gone();
    expect(slow.log).toEqual(['answered', 'sent']);
  });

  test('when the client has gone before there is an answer', () => {
    const response = answerOn(slow);
    response.gone();
    expect(slow.log).toEqual(['sent']);
    response.onSent(() => slow.log.push('sent without a client'));
    expect(slow.log).toEqual(['sent', 'sent without a client']);
  });

  test('not when the bytes before the answer are out', () => {
    const response = answerOn(slow);
    response.drained();
    expect(slow.log).toEqual([]);
  });
});
