/**
 * The pages of docs/ that are made from the tables of the code. A test holds each page against its table.
 *
 * @module
 */
import { commandsPage } from './commands-page.ts';
import { configurationManual } from './configuration-manual.ts';
import { configurationPage } from './configuration-page.ts';
import { configurationSchema } from './configuration-schema.ts';
import { differencesPage } from './differences-page.ts';
import { FINDINGS_FILE, findingsPage } from './findings-page.ts';
import { MANUAL_PAGES } from './manual-pages.ts';
import { methodsPage } from './methods-page.ts';
import { metricsPage } from './metrics-page.ts';
import type { Page } from './page.ts';
import { watchPicture } from './watch-picture.ts';

export const PAGES: readonly Page[] = [
  { file: 'docs/reference/configuration.md', text: configurationPage },
  { file: 'docs/schema/supervisord.schema.json', text: configurationSchema },
  { file: 'docs/reference/methods.md', text: methodsPage },
  { file: 'docs/reference/metrics.md', text: metricsPage },
  { file: 'docs/reference/commands.md', text: commandsPage },
  { file: FINDINGS_FILE, text: findingsPage },
  { file: 'docs/differences.md', text: differencesPage },
  { file: 'docs/man/supervisord.conf.5', text: configurationManual },
  { file: 'docs/pictures/watch.svg', text: watchPicture },
  ...MANUAL_PAGES,
];
