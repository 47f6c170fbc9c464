/**
 * Event listeners as people write them — in Python with the reference's own helpers, in sh, in Node —
 * that write down what they receive.
 *
 * @module
 */
import { PYTHON } from '../../harness/debian.ts';
import type { Json, Side } from '../../scenario.ts';

const SOURCES = {
  /** Ignores TERM, so that it can write down its events while the daemon ends. */
  'listener.py': `import json, signal, sys
from supervisor import childutils

signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    headers, payload = childutils.listener.wait()
    with open(sys.argv[1], 'a') as record:
        record.write(json.dumps([headers, payload]) + '\\n')
    childutils.listener.ok()
`,
  'listener.sh': `#!/bin/sh
while echo READY && read -r header; do
  length=\${header##* len:}
  payload=$(head -c "$length")
  printf '%s\\n%s\\n--\\n' "$header" "$payload" >> "$1"
  printf 'RESULT 2\\nOK'
done
`,
  'listener.cjs': `const { appendFileSync } = require('node:fs');
let held = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  held += text;
  for (;;) {
    const end = held.indexOf('\\n');
    if (end === -1) return;
    const headers = Object.fromEntries(held.slice(0, end).split(' ').map((pair) => pair.split(':')));
    const characters = [...held.slice(end + 1)];
    if (characters.length < Number(headers.len)) return;
    const payload = characters.slice(0, Number(headers.len)).join('');
    held = characters.slice(Number(headers.len)).join('');
    appendFileSync(process.argv[2], JSON.stringify([headers, payload]) + '\\n');
    process.stdout.write('RESULT 2\\nOKREADY\\n');
  }
});
process.stdout.write('READY\\n');
`,
} as const;

export type Language = 'python' | 'sh' | 'node';

export function writeListeners(side: Side): void {
  for (const [name, source] of Object.entries(SOURCES)) side.writeFile(name, source, 0o755);
}

/** A section whose listener writes its events to `$DIR/NAME.record`; later keys win. */
export function listener(
  side: Side,
  name: string,
  language: Language,
  events: string,
  ...keys: string[]
): string {
  const commands: Record<Language, string> = {
    python: `${PYTHON} ${side.path('listener.py')}`,
    sh: side.path('listener.sh'),
    node: `${process.execPath} ${side.path('listener.cjs')}`,
  };
  return pool(
    name,
    `${commands[language]} ${side.path(`${name}.record`)}`,
    events,
    'buffer_size=1000',
    ...keys,
  );
}

/** Any listener that is RUNNING at once. */
export function pool(name: string, command: string, events: string, ...keys: string[]): string {
  return `[eventlistener:${name}]\ncommand=${command}\nevents=${events}\n${['startsecs=0', ...keys].join('\n')}\n`;
}

export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** What the listener has written down so far. */
export function receivedBy(side: Side, name: string): Received[] {
  const record = side.readFile(`${name}.record`);
  if (!record.includes('\n--\n')) {
    return record
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [headers, payload] = JSON.parse(line) as [Record<string, string>, string];
        return { headers, payload };
      });
  }
  return record
    .split('\n--\n')
    .filter((part) => part !== '')
    .map((part) => {
      const [head = '', ...payload] = part.split('\n');
      return {
        headers: Object.fromEntries(head.split(' ').map((pair) => pair.split(':'))),
        payload: payload.join('\n'),
      };
    });
}

/** As it was received, but for pids, and for the length, which depends on their digits. */
export function shown({ headers, payload }: Received): string {
  const isMeasured = Number(headers.len) === [...payload].length;
  const text = Object.entries(headers).map(([key, value]) =>
    key === 'len' ? `len:${isMeasured ? 'right' : `${value}, which is wrong`}` : `${key}:${value}`,
  );
  return `${text.join(' ')}\n${withoutNumbers(payload)}`;
}

export function withoutNumbers(payload: string): string {
  return payload.replace(/\bpid:[1-9]\d*/g, 'pid:$PID').replace(/\bwhen:\d+/g, 'when:$NOW');
}

/** Sends a marker, and waits until each of these listeners has received it, and so all events before it. */
export async function untilHeard(side: Side, marker: string, listeners: readonly string[]): Promise<void> {
  await side.rpc('supervisor.sendRemoteCommEvent', ['marker', marker]);
  for (const name of listeners) {
    await side.waitFor(`${name} hears ${marker}`, () =>
      receivedBy(side, name).some(({ payload }) => payload.trim() === `type:marker\n${marker}`),
    );
  }
}

export function observeReceived(side: Side, what: string, name: string): void {
  side.observe(what, receivedBy(side, name).map(shown) as Json);
}
