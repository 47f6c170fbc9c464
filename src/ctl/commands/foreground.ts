/**
 * `fg`: the output of a program on the terminal, and the input of the terminal for the program.
 *
 * @module
 */

import { STATE_CODES } from '../../process/machine/states.ts';
import { pythonRepr } from '../../python/repr.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { Interrupt, interruptible } from '../terminal/interrupts.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, command } from './command.ts';
import { printLog } from './follow-log.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

export const fg: Command = command({
  name: 'fg',
  arguments: [{ name: 'process', kind: 'process' }],
  options: {},
  summary: 'Prints the output of a process, and sends it the lines that are typed.',
  help: lines('fg <process>\tConnect to a process in foreground mode', '\t\tCtrl-C to exit'),
  details: [
    'The last 1024 bytes of both logs are printed, then all that the process writes. Ctrl-C or the end of the input ' +
      'ends the command, and not the process.',
  ],
  exits: { ...SERVER_EXITS, generic: 'The name is missing or unknown, or the process does not run.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    const [name, ...others] = words;
    if (name === undefined) {
      failWithHelp(session, fg, 'ERROR: no process name supplied', EXIT.generic);
    } else if (others.length > 0) {
      session.fail('ERROR: too many process names supplied', EXIT.generic);
    } else if (await isRunning(session, name)) {
      await connect(session, name);
    }
  },
});

async function isRunning(session: Session, name: string): Promise<boolean> {
  let info: ProcessInfo;
  try {
    info = await session.supervisor.getProcessInfo(name);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (error.code === FAULT_CODES.BAD_NAME) session.fail('ERROR: bad process name supplied', EXIT.generic);
    else session.print(`ERROR: ${faultText(error)}`);
    return false;
  }
  if (info.state === STATE_CODES.RUNNING) return true;
  session.fail('ERROR: process not running', EXIT.generic);
  return false;
}

async function connect(session: Session, name: string): Promise<void> {
  session.print('==> Press Ctrl-C to exit <==');
  const logs = ['stdout', 'stderr'].map((channel) => printLog(session, `/logtail/${name}/${channel}`));
  try {
    await interruptible(passLines(session, name));
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
  } finally {
    for (const cut of logs) cut();
  }
  session.print('Exiting foreground');
}

async function passLines(session: Session, name: string): Promise<void> {
  while (await passLine(session, name));
}

/** Sends one line; false when it was the last. */
async function passLine(session: Session, name: string): Promise<boolean> {
  const line = await session.input.ask('');
  if (line === null) return false;
  try {
    await session.supervisor.sendProcessStdin(name, `${line}\n`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const isGone = error.code === FAULT_CODES.NOT_RUNNING;
    session.print(isGone ? 'Process got killed' : `ERROR: ${faultText(error)}`);
    return false;
  }
  if ((await session.supervisor.getProcessInfo(name)).state === STATE_CODES.RUNNING) return true;
  session.print('Process got killed');
  return false;
}

function faultText({ code, message }: FaultError): string {
  return `<Fault ${code}: ${pythonRepr(message)}>`;
}
