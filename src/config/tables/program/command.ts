/**
 * The keys of a program that decide what is run, how often, under which names and as which user.
 *
 * @module
 */
import { stock } from '../option.ts';
import { environment, exactNumber, integer, octal, processName, serverUrl, text, user } from '../values.ts';

/** How many processes a section describes. */
export const NUMBER_OPTIONS = {
  numprocs: stock({ field: null, type: integer, default: '1', help: 'How many processes to run.' }),
  numprocs_start: stock({
    field: null,
    type: exactNumber,
    default: '0',
    help: 'The process_num of the first process.',
  }),
} as const;

export const IDENTITY_OPTIONS = {
  serverurl: stock({
    field: 'serverUrl',
    type: serverUrl,
    default: 'AUTO',
    help: 'Value of SUPERVISOR_SERVER_URL; AUTO is an address of the daemon.',
  }),
  user: stock({
    field: 'uid',
    type: user,
    help: 'User to run as, by name or number.',
    example: 'chrism',
  }),
  umask: stock({ field: 'umask', type: octal, help: 'Umask of the process.', example: '022' }),
} as const;

/** The name is checked as it stands in the file, and expanded for each process when everything else is known. */
export const NAME_OPTIONS = {
  process_name: stock({
    field: 'name',
    type: processName,
    default: '%(program_name)s',
    help: 'Name of a process; needs %(process_num)s where numprocs is above 1.',
    expansion: [],
  }),
} as const;

export const CHILD_CONTEXT_OPTIONS = {
  environment: stock({
    field: 'environment',
    type: environment,
    default: '',
    help: 'Variables to add, as KEY="value",KEY2="value2".',
    scope: 'process',
    expansion: ['key'],
    example: 'A="1",B="2"',
  }),
  directory: stock({
    field: 'directory',
    type: text,
    help: 'Folder to change to before the command runs.',
    scope: 'process',
    example: '/tmp',
  }),
} as const;

export const COMMAND_OPTIONS = {
  command: stock({
    field: 'command',
    type: text,
    missing: 'program section {section} does not specify a command',
    help: 'The command to run, with its arguments; quotes and backslashes as in a POSIX shell.',
    scope: 'process',
  }),
} as const;
