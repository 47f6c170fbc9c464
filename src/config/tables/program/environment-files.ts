/**
 * The keys of a program for files with variables of its environment.
 *
 * @module
 */
import { environmentFiles, secretFiles } from '../file-list.ts';
import { extension } from '../option.ts';

const SINCE = { since: '0.2.0' } as const;

export const ENVIRONMENT_FILE_OPTIONS = {
  envfiles: extension({
    ...SINCE,
    field: null,
    type: environmentFiles,
    default: '',
    help: 'The same as env_files.',
  }),
  env_files: extension({
    ...SINCE,
    field: 'environmentFiles',
    type: environmentFiles,
    defaultFrom: 'envfiles',
    help: 'Files with lines NAME=VALUE, read at each start; environment= wins over them. A file with a leading - may be missing.',
    example: '/etc/default/web,-.env.local',
  }),
  secret_files: extension({
    ...SINCE,
    field: 'secretFiles',
    type: secretFiles,
    default: '',
    help: 'Files whose contents are variables, as NAME:PATH or PATH; read at each start, and never shown.',
    example: 'DB_PASSWORD:/run/secrets/db',
  }),
} as const;
