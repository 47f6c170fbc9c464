/**
 * Where the daemon was started.
 *
 * @module
 */
import { currentFolder } from '../../io/files.ts';

/** The working directory at the start, for paths on the command line. */
export const STARTED_IN = currentFolder();
