/**
 * Begins to keep the files of a daemon that has started.
 *
 * @module
 */
import type { KeptFile } from '../../io/folders/kept-file.ts';
import { releasePagesOfStart } from '../../io/idle-pages.ts';
import type { Supervisor } from '../supervisor.ts';

/** How long after the start, in milliseconds: the start itself is not to take longer for it. */
const DELAY_MS = 1500;
/** Other intervals for tests, in milliseconds; they are not for users. */
const RENEWAL_VARIABLE = 'VISORD_RENEWAL_MS';
const LOOK_VARIABLE = 'VISORD_LOOK_MS';

export interface KeepFilesOptions {
  readonly supervisor: Supervisor;
  readonly servers: { keptFiles(): Iterable<KeptFile> };
  /** Null where it could not be written. */
  readonly pidfile: KeptFile | null;
}

/** Returns what ends it. */
export function keepFilesSoon({ supervisor, servers, pidfile }: KeepFilesOptions): () => void {
  let isOver = false;
  let end = (): void => {};
  const timer = setTimeout(async () => {
    const [{ FileKeeper }, { filesOf }] = await Promise.all([import('./keeper.ts'), import('./files-of.ts')]);
    if (isOver) {
      return;
    }
    const ofPrograms = filesOf(supervisor);
    const keeper = new FileKeeper({
      log: supervisor.log,
      io: supervisor.io,
      renewalMs: interval(RENEWAL_VARIABLE),
      lookMs: interval(LOOK_VARIABLE),
      *files() {
        yield* ofPrograms();
        yield* servers.keptFiles();
        if (pidfile !== null) {
          yield pidfile;
        }
      },
    });
    supervisor.onGroupsChanged = () => keeper.filesChanged();
    releasePagesOfStart();
    end = () => {
      supervisor.onGroupsChanged = null;
      keeper.close();
    };
  }, DELAY_MS).unref();
  return () => {
    isOver = true;
    clearTimeout(timer);
    end();
  };
}

function interval(variable: string): number | undefined {
  return Number(process.env[variable]) || undefined;
}
