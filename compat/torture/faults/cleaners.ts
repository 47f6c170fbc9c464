/**
 * Cleaners of temporary folders: files that the daemon needs are removed while it runs, and it makes them again.
 *
 * @module
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bed, readIfThere } from '../bed.ts';
import type { Fault } from './fault.ts';

/** Removes something, waits until the daemon has made it again, and may then kill the daemon. */
function cleaned(name: string, title: string, clean: (bed: Bed) => void): Fault {
  return {
    name,
    title,
    run: async (torture) => {
      const { bed, random } = torture;
      torture.allowRefusals();
      clean(bed);
      await bed.until('socket, pidfile and journal are back', async () => {
        const isBack = readIfThere(bed.path('supervisord.pid')) === `${bed.pid}\n`;
        const names = bed.ownRuntimeFolder === null ? [] : readdirSync(bed.ownRuntimeFolder);
        return isBack && names.includes('journal') && (await bed.call('getPID')) === bed.pid;
      });
      if (random.chance(0.5)) {
        await torture.killDaemon();
        await bed.start();
      }
    },
  };
}

export const CLEANERS: readonly Fault[] = [
  cleaned('clean-socket', 'the file of the HTTP socket is removed', (bed) => rmSync(bed.path('s.sock'))),
  cleaned('clean-pidfile', 'the pidfile is removed', (bed) => rmSync(bed.path('supervisord.pid'))),
  cleaned('clean-journal', 'the journal is removed', (bed) =>
    rmSync(join(bed.ownRuntimeFolder ?? '', 'journal')),
  ),
  cleaned('clean-fifos', 'the FIFOs of all programs are removed', (bed) => {
    const folder = bed.ownRuntimeFolder ?? '';
    for (const name of readdirSync(folder).filter((each) => each.includes(':'))) rmSync(join(folder, name));
  }),
  cleaned('clean-runtime', 'the runtime folder is removed with all that is in it', (bed) =>
    rmSync(bed.ownRuntimeFolder ?? '', { recursive: true }),
  ),
  cleaned('clean-logs', 'the automatic logs are removed', (bed) => {
    for (const name of readdirSync(bed.path('auto'))) rmSync(join(bed.path('auto'), name));
  }),
];
