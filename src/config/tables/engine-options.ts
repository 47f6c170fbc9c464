/**
 * The keys of `[fleet]` that daemons read: the engine through which they agree, and this node.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { ConfigError } from '../config-error.ts';
import { credentialFile } from './credential-file.ts';
import { engineAddress } from './engine-address.ts';
import { FLEET_OPTIONS } from './fleet-options.ts';
import { NODE_NAME } from './node-list.ts';
import { extension, type ValueType } from './option.ts';
import { text } from './text-value.ts';
import { filePath } from './values.ts';

const since = '0.2.0';

const nodeName: ValueType<string> = {
  ...text,
  name: 'node',
  about: 'Letters, digits, `.`, `_` and `-`.',
  parse: (value) => {
    if (!NODE_NAME.test(value)) throw new ConfigError(`${pythonRepr(value)} is not the name of a node`);
    return value;
  },
};

/** Leases of etcd have whole seconds, and two of them at least. */
const leaseSeconds: ValueType<number> = {
  name: 'whole seconds from 3 to 3600',
  parse: (value) => {
    const seconds = /^\s*[0-9]{1,4}\s*$/.test(value) ? Number(value) : 0;
    if (seconds < 3 || seconds > 3600) {
      throw new ConfigError(`not a number of whole seconds from 3 to 3600: ${pythonRepr(value)}`);
    }
    return seconds;
  },
  format: String,
  schema: { type: ['integer', 'string'], pattern: String.raw`\s*\d+\s*` },
};

const ENGINE_OPTIONS = {
  engine: extension({
    field: 'engine',
    type: engineAddress,
    help: 'The members of the etcd cluster through which the daemons agree where programs with run_on run.',
    change: 'next start',
    since,
    example: 'etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379',
  }),
  engine_cafile: extension({
    field: 'engineCaFile',
    type: filePath,
    help: 'Certificates of the authorities that are trusted for the engine; with it, and with engine_certfile, connections use TLS.',
    change: 'next start',
    since,
    example: '/etc/supervisor/etcd-ca.crt',
  }),
  engine_certfile: extension({
    field: 'engineCertFile',
    type: filePath,
    help: 'Certificate of this node for the engine.',
    change: 'next start',
    since,
    example: '/etc/supervisor/etcd-client.crt',
  }),
  engine_keyfile: extension({
    field: 'engineKeyFile',
    type: filePath,
    help: 'Private key of engine_certfile.',
    change: 'next start',
    since,
    example: '/etc/supervisor/etcd-client.key',
  }),
  engine_username: extension({
    field: 'engineUsername',
    type: text,
    help: 'User name for the engine.',
    change: 'next start',
    since,
    example: 'visord',
  }),
  engine_password_file: extension({
    field: 'enginePasswordFile',
    type: credentialFile('engine_password_file'),
    help: 'File with the password for the engine.',
    change: 'next start',
    since,
    example: '/etc/supervisor/etcd-password',
  }),
  node: extension({
    field: 'node',
    type: nodeName,
    help: 'Name of this node, different from that of every other node; if not set, the host name.',
    change: 'next start',
    since,
    example: '%(host_node_name)s',
  }),
  advertise: extension({
    field: 'advertise',
    type: text,
    help: 'Address at which clients and other nodes reach the daemon of this node.',
    change: 'next start',
    since,
    example: 'https://10.0.0.1:9001',
  }),
  lease_seconds: extension({
    field: 'leaseSeconds',
    type: leaseSeconds,
    default: '15',
    help: 'Seconds after which other nodes may start the programs of a node that has lost the engine; the node stops them before that.',
    change: 'next start',
    since,
  }),
} as const;

/** `[fleet]`, all of it. */
export const FLEET_SECTION_OPTIONS = { ...FLEET_OPTIONS, ...ENGINE_OPTIONS } as const;
