/**
 * `visord version`: the versions that a report of a fault needs.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import { SUPERVISOR_VERSION } from '../../rpc/versions.ts';
import type { VisordCommand } from './command.ts';

const STDOUT = 1;

export const version: VisordCommand = {
  name: 'version',
  arguments: [],
  options: [{ usage: '--json', help: 'Print the versions as JSON.', since: '0.2.0' }],
  summary:
    'Prints the versions of visord, of the supervisor release that it is compatible with, and of Node.js.',
  details: [],
  exits: {},
  since: '0.2.0',
  run: ({ options }) => {
    const versions = { visord: VISORD_VERSION, supervisor: SUPERVISOR_VERSION, node: process.versions.node };
    const lines = Object.entries(versions).map(([name, value]) => `${name} ${value}\n`);
    writeSync(STDOUT, options.json === true ? `${JSON.stringify(versions, null, 2)}\n` : lines.join(''));
    return Promise.resolve(0);
  },
};
