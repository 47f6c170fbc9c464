/** An event listener that keeps what it receives. */
import type { Side } from '../../compat/scenario.ts';

/** A listener in Node that writes each payload to a file and answers with its second argument. */
const LISTENER = `const { appendFileSync } = require('node:fs');
const [, , file, answer = 'OK'] = process.argv;
let held = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  held += text;
  for (;;) {
    const end = held.indexOf('\\n');
    const length = Number(/len:(\\d+)/.exec(held.slice(0, end))?.[1]);
    if (end === -1 || held.length < end + 1 + length) return;
    appendFileSync(file, held.slice(0, end).match(/eventname:(\\S+)/)[1] + ' ' + held.slice(end + 1, end + 1 + length) + '\\n');
    held = held.slice(end + 1 + length);
    process.stdout.write('RESULT ' + answer.length + '\\n' + answer + 'READY\\n');
  }
});
process.stdout.write('READY\\n');
`;

/** A pool of one listener, whose events `received` returns. */
export function listener(
  side: Side,
  name: string,
  events: string,
  keys: Record<string, string | number> = {},
  answer = 'OK',
): string {
  const file = side.writeFile('listener.cjs', LISTENER);
  const command = `${process.execPath} ${file} ${side.path(`${name}.record`)} ${answer}`;
  return pool(name, { command, events, ...keys });
}

/** The text of a pool. */
export function pool(name: string, keys: Record<string, string | number>): string {
  const lines = Object.entries({ startsecs: 0, ...keys }).map(([key, value]) => `${key}=${value}\n`);
  return `[eventlistener:${name}]\n${lines.join('')}`;
}

/** Names and payloads of the events that it has received. */
export function received(side: Side, name: string): string[] {
  return side
    .readFile(`${name}.record`)
    .split('\n')
    .filter((line) => line !== '');
}
