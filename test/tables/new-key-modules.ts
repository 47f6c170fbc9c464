/** The modules that a new row of a table reaches. */
export { configurationPage } from '../../scripts/docs/configuration-page.ts';
export { configurationSchema } from '../../scripts/docs/configuration-schema.ts';
export { changedKeys } from '../../src/config/diff.ts';
export { dumpConfig } from '../../src/config/dump/dump.ts';
export { sampleConfig } from '../../src/config/sample.ts';
export { readConfig, unknownConfig, writeConfig } from '../../src/supervisor/journal/stored-config.ts';
export { errorOf, loadText } from '../config/support.ts';
