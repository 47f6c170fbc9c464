/**
 * `fg`: a program's output on the terminal, and the terminal's input for the program.
 *
 * @module
 */

import { STATE_CODES } from '../../process/machine/states.ts';
import { pythonRepr } from '../../python/repr.ts';
import { words } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { interruptible } from '../terminal/interrupts.ts';
import { printLog } from '../wire/follow.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { FaultError, Interrupt } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { isUp } from './upcheck.ts';

export const fg: Command = {
  name: 'fg',
  help: lines('fg <process>\tConnect to a process in foreground mode', '\t\tCtrl-C to exit'),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const [name, ...others] = words(argument);
    if (name === undefined) {
      session.fail('ERROR: no process name supplied', EXIT.generic);
      session.say(fg.help);
    } else if (others.length > 0) {
      session.fail('ERROR: too many process names supplied', EXIT.generic);
    } else if (await isRunning(session, name)) {
      await connect(session, name);
    }
    return undefined;
  },
};

async function isRunning(session: Session, name: string): Promise<boolean> {
  let info: ProcessInfo;
  try {
    info = await session.supervisor.getProcessInfo(name);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (error.code === FAULT_CODES.BAD_NAME) session.fail('ERROR: bad process name supplied', EXIT.generic);
    else session.say(`ERROR: ${faultText(error)}`);
    return false;
  }
  if (info.state === STATE_CODES.RUNNING) return true;
  session.fail('ERROR: process not running', EXIT.generic);
  return false;
}

async function connect(session: Session, name: string): Promise<void> {
  session.say('==> Press Ctrl-C to exit <==');
  const logs = ['stdout', 'stderr'].map((channel) => printLog(session, `/logtail/${name}/${channel}`));
  try {
    await interruptible(passLines(session, name));
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
  } finally {
    for (const cut of logs) cut();
  }
  session.say('Exiting foreground');
}

async function passLines(session: Session, name: string): Promise<void> {
  while (await passLine(session, name));
}

/** Hands one line on; false when it was the last. */
async function passLine(session: Session, name: string): Promise<boolean> {
  const line = await session.input.ask('');
  if (line === null) return false;
  try {
    await session.supervisor.sendProcessStdin(name, `${line}\n`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const isGone = error.code === FAULT_CODES.NOT_RUNNING;
    session.say(isGone ? 'Process got killed' : `ERROR: ${faultText(error)}`);
    return false;
  }
  if ((await session.supervisor.getProcessInfo(name)).state === STATE_CODES.RUNNING) return true;
  session.say('Process got killed');
  return false;
}

function faultText({ code, message }: FaultError): string {
  return `<Fault ${code}: ${pythonRepr(message)}>`;
}
