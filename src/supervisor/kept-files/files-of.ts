/**
 * The files of a daemon and its programs that other programs find by their names.
 *
 * @module
 */
import type { KeptFile } from '../../io/folders/kept-file.ts';
import { keptRuntimeFolder } from '../../process/channels/kept-runtime-folder.ts';
import { keptHistory } from '../history/kept-history.ts';
import type { Supervisor } from '../supervisor.ts';

/** Returns a function that lists the files as they are at each call. */
export function filesOf(supervisor: Supervisor): () => Generator<KeptFile> {
  const { runtimeFolder } = supervisor;
  const folder = runtimeFolder === null ? null : keptRuntimeFolder(runtimeFolder);
  return function* files() {
    // The folder comes before its files.
    if (folder !== null) yield folder;
    if (supervisor.journal !== null) yield supervisor.journal.keptFile;
    const history = keptHistory(supervisor.history);
    if (history !== null) yield history;
    yield* supervisor.lifecycle?.checks.keptFiles() ?? [];
    yield* supervisor.heldSockets.keptFiles(runtimeFolder);
    for (const group of supervisor.groups.values()) {
      yield* group.keptFiles();
    }
  };
}
