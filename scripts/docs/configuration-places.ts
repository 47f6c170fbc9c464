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
  'Without -c, the first existing file of this list is read. PREFIX/bin is the folder of the command. A path without a leading ' +
  'slash is relative to the working directory:';
