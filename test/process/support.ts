/** What the tests of the shell around the process machine share: a host, real pipes, and a folder. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'vitest';
import { waitUntil } from '../../compat/harness/wait.ts';
import type { ChannelConfig } from '../../src/config/types.ts';
import { Alarms } from '../../src/io/alarms.ts';
import { now } from '../../src/io/clock.ts';
import { type IoLoop, ioLoop } from '../../src/io/io-loop.ts';
import { reap } from '../../src/native/posix.ts';
import { LeftPipes } from '../../src/process/channels/left-pipes.ts';
import type { HostedProcess, ProcessHost, Reaped, StateChange } from '../../src/process/host.ts';
import { decodeWaitStatus } from '../../src/process/machine/wait-status.ts';
import { HeldSockets } from '../../src/process/spawn/held-sockets.ts';
import { defaultProgram } from '../config/support.ts';
import { FakeLog } from '../rpc/fakes.ts';

/** Keeps what is logged, at level info. */
export class InfoLog extends FakeLog {
  override isEnabled(): boolean {
    return false;
  }
}

export interface TestHost extends ProcessHost {
  readonly log: FakeLog;
  readonly changes: string[];
  isStarting: boolean;
}

interface Fixtures {
  folder: string;
  io: IoLoop;
  host: TestHost;
}

/** A test with a fresh folder, an event loop for descriptors, and a host that reaps. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-process-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  io: async ({}, use) => {
    const io = ioLoop();
    // Opens its descriptors now, so that a test can count those that are its own.
    io.later(() => 0, 0);
    await use(io);
    io.close();
  },
  host: async ({ folder, io }, use) => {
    const host = testHost(folder, io);
    const takeExits = () => {
      for (const { pid, status } of reap()) {
        host.processesByPid.get(pid)?.exited(decodeWaitStatus(status));
      }
    };
    process.on('SIGCHLD', takeExits);
    await use(host);
    host.isStarting = false;
    for (const pid of host.processesByPid.keys()) {
      process.kill(pid, 'SIGKILL');
    }
    await waitUntil('all children are reaped', () => host.processesByPid.size === 0, 60);
    process.off('SIGCHLD', takeExits);
  },
});

function testHost(folder: string, io: IoLoop): TestHost {
  const changes: string[] = [];
  const host = {
    log: new InfoLog(),
    io,
    changes,
    isStarting: true,
    lifecycle: null,
    cgroups: null,
    processesByPid: new Map<number, Reaped>(),
    runtimeFolder: folder,
    inheritedEnvironment: { PATH: '/usr/bin:/bin' },
    childLimits: [],
    serverUrl: null,
    identifier: 'test',
    childLogDir: folder,
    stripAnsi: false,
    now,
    alarms: new Alarms(),
    recordOf: () => null,
    inheritedSocketOf: () => null,
    heldSockets: new HeldSockets(),
    inheritedListenerOf: () => null,
    remember: () => undefined,
    spawnNote: () => null,
    leftPipes: new LeftPipes(io),
    isDisabled: () => false,
    placement: null,
    mayStart: () => host.isStarting,
    publish: (process: HostedProcess, { from, to }: StateChange) => {
      changes.push(`${process.config.name}: ${from} -> ${to}`);
    },
    rememberAnew: () => {},
    outputListenersOf: () => noListeners,
  };
  return host;
}

/** No event listener receives a channel. */
export const noListeners = { protocol: null, logged: null, captured: () => undefined };

/** A channel that is logged into a file. */
export function loggedTo(path: string): ChannelConfig {
  return { ...defaultProgram().stdout, logfile: { kind: 'file', path }, maxBytes: 0, backups: 0 };
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Descriptors that this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

export function until(what: string, condition: () => boolean): Promise<void> {
  return waitUntil(what, condition, 60);
}
