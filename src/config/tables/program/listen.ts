/**
 * The keys of a program for sockets that the daemon holds open for it.
 *
 * @module
 */
import { DEFAULT_SOCKET_MODE } from '../fcgi-values.ts';
import { checkNames, checkReadyDescriptor, listenAddresses, listenNames } from '../listen-values.ts';
import { extension } from '../option.ts';
import { atLeastOne, fileMode, ownerCalled } from '../values.ts';

const SINCE = { since: '0.2.0' } as const;

export const LISTEN_OPTIONS = {
  listen: extension({
    ...SINCE,
    field: 'listen.addresses',
    type: listenAddresses,
    default: '',
    help: 'Sockets that the daemon opens and keeps open; the processes get them as descriptors from 3 up (LISTEN_FDS).',
    example: 'tcp://127.0.0.1:8000,unix:///tmp/web.sock',
    check: (known) => checkReadyDescriptor(known),
  }),
  listen_names: extension({
    ...SINCE,
    field: 'listen.names',
    type: listenNames,
    default: '',
    help: 'Names of the sockets of listen, for LISTEN_FDNAMES; the name of the program if left out.',
    example: 'http,admin',
    check: (known) => checkNames(known),
  }),
  listen_backlog: extension({
    ...SINCE,
    field: 'listen.backlog',
    type: atLeastOne,
    help: 'How many connections may wait at a socket of listen.',
    example: '128',
  }),
  listen_owner: extension({
    ...SINCE,
    field: 'listen.owner',
    type: ownerCalled('listen_owner'),
    help: 'Owner of the unix sockets of listen, as user or user:group; the user of the program if left out.',
    example: 'root',
  }),
  listen_mode: extension({
    ...SINCE,
    field: 'listen.mode',
    type: fileMode('listen_mode'),
    default: DEFAULT_SOCKET_MODE.toString(8).padStart(4, '0'),
    help: 'Permission bits of the unix sockets of listen.',
  }),
} as const;
