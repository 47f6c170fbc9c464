/**
 * One reading of the process table, shared by all callers that wait for it.
 *
 * @module
 */
import { entryOf, pidsIn, type TableEntry } from '../../io/process-table.ts';

/** How many processes of the machine are read before other work has its turn. */
const PROCESSES_A_TURN = 100;

let running: Promise<readonly TableEntry[]> | null = null;
let next: Promise<readonly TableEntry[]> | null = null;

/** The processes of the machine, read after the call. */
export function sharedTable(): Promise<readonly TableEntry[]> {
  if (running === null) {
    return begin();
  }
  // A reading that has begun may lack a process that the caller knows.
  next ??= running.then(() => {
    next = null;
    return begin();
  });
  return next;
}

function begin(): Promise<readonly TableEntry[]> {
  running = readInTurns().finally(() => {
    running = null;
  });
  return running;
}

/** In parts, so that the daemon does other work in between. */
async function readInTurns(): Promise<readonly TableEntry[]> {
  const table: TableEntry[] = [];
  const pids = pidsIn();
  for (let at = 0; at < pids.length; at += PROCESSES_A_TURN) {
    for (const pid of pids.slice(at, at + PROCESSES_A_TURN)) {
      const entry = entryOf(pid);
      if (entry !== null) table.push(entry);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return table;
}
