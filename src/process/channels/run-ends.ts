/**
 * The daemon's ends of the channels of a run: new for a run that is started here, opened again for a run of an earlier
 * daemon, and kept for what a run left behind.
 *
 * @module
 */
import type { OutputName } from '../taps/output-tap.ts';
import type { AdoptedRun, ChannelsOwner, LeftRun, StartedRun } from './channels-owner.ts';
import { openPipes, type Pipes } from './pipes.ts';
import { type OpenEnds, reopenPipes } from './reopen-pipes.ts';

export interface RunEnds {
  readonly ends: OpenEnds;
  /** What the child is started with; null for a run that was started before. */
  readonly startsWith: Pipes | null;
  /** The stdin of the process can be written to. */
  readonly takesStdin: boolean;
}

/** @throws PosixError or ErrnoException of the first channel that cannot be opened; nothing stays open then */
export function endsOf(owner: ChannelsOwner, run: StartedRun | AdoptedRun | LeftRun): RunEnds {
  if ('left' in run) {
    const endOf = (name: OutputName): number | null =>
      run.left.find(({ channel }) => channel === name)?.fd ?? null;
    const ends = { base: null, stdin: null, stdout: endOf('stdout'), stderr: endOf('stderr') };
    return { ends, startsWith: null, takesStdin: false };
  }
  if ('pid' in run) {
    const ends = reopenPipes(run);
    const takesStdin = run.hasStdin && (ends.base !== null || ends.stdin !== null);
    return { ends, startsWith: null, takesStdin };
  }
  const pipes = openPipes({
    folder: owner.host.runtimeFolder,
    name: owner.lifeName,
    stdin: run.stdin,
    redirectStderr: owner.config.redirectStderr,
    owner: run.user,
    getsDescriptors: run.getsDescriptors ?? false,
  });
  return { ends: pipes, startsWith: pipes, takesStdin: run.stdin === null };
}
