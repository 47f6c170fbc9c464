/**
 * A syslogd that keeps the messages that it receives, byte for byte.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from '../../harness/debian.ts';

/** Binds the path and prints every datagram as hexadecimal digits; the first line reports that it listens. */
const LISTENER = `
import os, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
print('listening', flush=True)
while True:
    print(server.recv(1 << 18).hex(), flush=True)
`;

export interface Syslogd {
  /** The messages so far; each byte is a character. */
  messages(): readonly string[];
  /** Reads nothing until `wake` is called: its socket fills up. */
  sleep(): void;
  wake(): void;
  /** Ends it; by default its socket file is removed, too. */
  stop(options?: { readonly leaveFile?: boolean }): Promise<void>;
}

/** Starts one that listens at the path, which must be free. @throws Error when it cannot */
export async function startSyslogd(path: string): Promise<Syslogd> {
  mkdirSync(dirname(path), { recursive: true });
  const child = spawn(PYTHON, ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  const messages: string[] = [];
  const lines = createInterface({ input: child.stdout });
  // A client that has waited for it can send before the first line is read.
  let isListening = false;
  lines.on('line', (line) => {
    if (isListening) messages.push(Buffer.from(line, 'hex').toString('latin1'));
    isListening = true;
  });
  await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(`cannot listen at ${path}`))),
  ]);
  return {
    messages: () => messages,
    sleep: () => child.kill('SIGSTOP'),
    wake: () => child.kill('SIGCONT'),
    stop: async ({ leaveFile = false } = {}) => {
      await end(child);
      if (!leaveFile) rmSync(path, { force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
