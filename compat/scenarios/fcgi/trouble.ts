/**
 * FastCGI sockets that cannot be opened, and what is in their place.
 *
 * @module
 */
import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Scenario, Side } from '../../scenario.ts';
import { mainLines } from '../lifecycle/main-log.ts';
import { callMethod } from '../support/calls.ts';

/** Stays, whatever its stdin is. */
const COMMAND = '/bin/sleep 1000';

export const fcgiTrouble: Scenario = {
  name: 'fcgi-trouble',
  title: 'FastCGI sockets that cannot be opened, at the start and later',
  differences: ['fault-for-traceback', 'fcgi-dangling-link', 'fcgi-file-in-place', 'start-errors'],
  run: async (side) => {
    await observeStarts(side);
    await observeRunning(side);
  },
};

/** A daemon does not start without the sockets of its programs. */
async function observeStarts(side: Side): Promise<void> {
  mkdirSync(side.path('folder'));
  side.writeFile('file', 'not mine\n');
  for (const [what, socket] of [
    ['a folder that is not there', `unix://${side.path('nowhere/x.sock')}`],
    ['a folder in its place', `unix://${side.path('folder')}`],
    ['a file as folder', `unix://${side.path('file/x.sock')}`],
    ['a path that is too long', `unix://${side.path('x'.repeat(120))}`],
    ['an address of others', 'tcp://192.0.2.1:9002'],
    ['an unknown host', 'tcp://no.such.host.invalid:9002'],
  ] as const) {
    side.writeFile('broken.conf', side.preamble + program('x', socket));
    const { code, stderr } = await side.supervisord(['-n', '-c', side.path('broken.conf')]);
    const said = /Could not create FastCGI socket.*/.exec(stderr)?.[0] ?? stderr;
    side.observe(`start: ${what}`, said);
    side.observe(`start: ${what}: exit code`, code);
  }
}

async function observeRunning(side: Side): Promise<void> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  side.alias(port, 'TAKEN');
  side.writeFile('supervisord.conf', configuration(side, port));
  const daemon = await side.start();
  try {
    await leaveThingsInTheWay(side);
    side.observe('add: a port that is taken', await outcome(side, 'addProcessGroup', 'taken'));
  } finally {
    taken.close();
  }
  side.observe('add: the port is free', await callMethod(side, ['addProcessGroup', 'taken']));
  side.observe('it goes on', await callMethod(side, ['getState']));
  await daemon.stop();
}

/** `taken` is added later: a daemon does not start with it. */
function configuration(side: Side, port: number): string {
  const late = `tcp://127.0.0.1:${port}`;
  side.writeFile('late.conf', program('taken', late));
  return side.preamble + program('x', `unix://${side.path('x.sock')}`);
}

async function leaveThingsInTheWay(side: Side): Promise<void> {
  const path = side.path('x.sock');
  const lay: readonly (readonly [what: string, lay: () => void])[] = [
    ['nothing', () => undefined],
    ['a link to a socket', () => symlinkSync(side.path('s.sock.copy'), path)],
    ['a folder', () => mkdirSync(path)],
    ['a file', () => side.writeFile('x.sock', 'precious\n')],
  ];
  for (const [what, put] of lay) {
    rmSync(path, { recursive: true, force: true });
    put();
    side.observe(`start with ${what} in its place`, await outcome(side, 'startProcess', 'x'));
    side.observe(`start with ${what} in its place: then there is`, kindOf(path));
    await side.rpc('supervisor.stopProcess', ['x']);
    if (what === 'nothing') {
      side.observe(
        'main log of a life',
        mainLines(side).filter((line) => / socket /.test(line)),
      );
    }
  }
  rmSync(path, { recursive: true, force: true });
  side.writeFile('supervisord.conf', side.readFile('supervisord.conf') + side.readFile('late.conf'));
  side.observe('reread', await callMethod(side, ['reloadConfig']));
}

async function outcome(side: Side, method: string, name: string): Promise<string> {
  return JSON.stringify(await callMethod(side, [method, name])).replace(/HTTP 500.*/, 'HTTP 500');
}

function kindOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'nothing';
  if (found.isSocket()) return 'a socket';
  return found.isDirectory() ? 'a folder' : 'a file';
}

function program(name: string, socket: string): string {
  return `[fcgi-program:${name}]
command=${COMMAND}
socket=${socket}
autostart=false
startsecs=0
startretries=0
autorestart=false
`;
}
