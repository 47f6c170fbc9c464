/**
 * Programs with `restart_mode=start_first` that open their ports themselves: two processes cannot listen on one port.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

export const START_FIRST: FindingKind = {
  id: 'start-first-port',
  severity: 'warning',
  looksFor:
    'A program with `restart_mode=start_first` and without `listen`: two processes of it run at a time, and a port that the program opens itself is in use then.',
  docs: 'deploying.md',
  advises: ['program.restart_mode', 'program.listen'],
  find: programsWithoutSockets,
};

function* programsWithoutSockets(subject: Subject): Iterable<Found> {
  for (const { section, processes } of programsOf(subject)) {
    const [first] = processes;
    if (first?.restart.mode !== 'start_first' || first.socket !== undefined) continue;
    if (first.listen.addresses.length > 0) continue;
    yield {
      section,
      key: 'restart_mode',
      message:
        'The next process is started while the former one runs. If the program opens a port itself, the port is in use, and ' +
        'the next process fails. The daemon can hold the socket for both; a program without a port needs nothing.',
      advice: ['listen=tcp://127.0.0.1:PORT'],
    };
  }
}
