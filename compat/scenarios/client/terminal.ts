/**
 * A session on a terminal, driven key by key, with either client.
 *
 * @module
 */
import type { Json, Side } from '../../scenario.ts';

/** What is typed, and the pattern (Python's) that ends the wait for its effect. */
export type Step = readonly [keys: string, until: string];

export interface TerminalSession {
  readonly args: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * Plays the session. Returns the output of each step as lines, without the echo, without the control sequences by which
 * a line editor moves the cursor, and without the hints that ours gives on a terminal; and the exit code of a client
 * that has left (the last step waits for nothing but its end).
 */
export async function playSession(
  side: Side,
  client: string,
  { args, steps }: TerminalSession,
): Promise<Json> {
  const { stdout, stderr } = await side.python(DRIVER, [JSON.stringify({ client, args, steps })], {
    seconds: 240,
  });
  if (stdout === '') throw new Error(`${args.join(' ')}: ${stderr}`);
  return JSON.parse(side.normalise(stdout));
}

const DRIVER = `
import json, re, sys, pexpect

job = json.loads(sys.argv[1])
client = pexpect.spawn(job['client'], job['args'], timeout=40, encoding='utf-8', dimensions=(40, 120))

def plain(text, keys):
    text = re.sub(r'\\x1b\\[[0-9;?]*[A-Za-z]|\\x07|\\r', '', text)
    while re.search('[^\\x08]\\x08', text):
        text = re.sub('[^\\x08]\\x08', '', text)
    lines = [line.strip() for line in text.split('\\n')]
    if re.search(r'[\\t\\x1b]', keys):
        del lines[0]
    return [line for line in lines if line != keys.strip() and not re.match('Did you mean |Type help for ', line)]

seen = []
try:
    for keys, until in job['steps']:
        client.send(keys)
        client.expect(pexpect.EOF if until == '' else until)
        after = '' if client.after is pexpect.EOF else client.after
        seen.append([keys, plain(client.before + after, keys)])
except pexpect.ExceptionPexpect as problem:
    seen.append([type(problem).__name__, repr(client.before)])
has_left = job['steps'][-1][1] == ''
client.close(force=True)
print(json.dumps({'seen': seen, 'code': client.exitstatus if has_left else 'still there'}))
`;
