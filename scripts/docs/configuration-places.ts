/**
 * Where the commands look for a configuration, for the reference page and the manual pages.
 *
 * @module
 */
import { configurationPlaces } from '../../src/config/text/search-path.ts';

/** The folder above that of the commands, in the texts. */
const PREFIX = 'PREFIX';

export const PLACES: readonly string[] = configurationPlaces(`${PREFIX}/bin/command`);

/** Stands in front of the list. */
export const PLACES_NOTE =
  'Without -c the first of these files that exists is read. PREFIX/bin is the folder of the command, and a path without ' +
  'a slash in front is below the working directory:';
