/**
 * The values of `listen=` and of the keys beside it: sockets that the daemon opens and gives to a program.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { type SocketAddress, socketAddress } from './fcgi-values.ts';
import type { ValueType } from './option.ts';
import { names } from './values.ts';

/** The first descriptor that a program gets for a socket (sd_listen_fds(3)). */
export const FIRST_LISTEN_DESCRIPTOR = 3;

const ANY_HOST = /^tcp:\/\/:(\d+)$/;

/** `tcp://host:port`, `tcp://:port` or `unix:///path`, with commas between. */
export const listenAddresses: ValueType<readonly SocketAddress[]> = {
  name: 'socket addresses',
  about: '`tcp://host:port`, `tcp://:port` (all of IPv4) or `unix:///path`, with commas between.',
  parse: (value, host) => {
    const texts = value
      .split(/[,\n]/)
      .map(strip)
      .filter((text) => text !== '');
    const addresses = texts.map((text) => socketAddress.parse(text.replace(ANY_HOST, 'tcp://*:$1'), host));
    requireOnce(addresses.map(listenUrl));
    return addresses;
  },
  format: (addresses) => addresses.map(listenUrl).join(','),
  schema: { type: 'string' },
};

/** The address as the file and the main log name it. */
export function listenUrl(address: SocketAddress): string {
  return socketAddress.format(address);
}

/** LISTEN_FDNAMES has colons between the names. */
export const listenNames: ValueType<readonly string[]> = {
  ...names,
  parse: (value, host) => {
    const parsed = names.parse(value, host);
    const wrong = parsed.find((name) => !SOCKET_NAME.test(name));
    if (wrong !== undefined) {
      throw new ConfigError(`not a name for a socket: ${pythonRepr(wrong)}`);
    }
    return parsed;
  },
};

/** As systemd.socket(5) allows for FileDescriptorName=. */
const SOCKET_NAME = /^[!-9;-~]{1,255}$/;

/** @throws ConfigError for an address that is there twice */
function requireOnce(urls: readonly string[]): void {
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`listen has ${twice} twice`);
  }
}

/** @throws ConfigError where there is not one name for each address */
export function checkNames(known: (key: string) => unknown): void {
  const { length } = known('listen') as readonly SocketAddress[];
  const given = (known('listen_names') as readonly string[]).length;
  if (length > 0 && given > 0 && given !== length) {
    throw new ConfigError(`listen_names has ${given} names for ${length} sockets of listen`);
  }
}

/** @throws ConfigError where the process would report by a descriptor that is a socket */
export function checkReadyDescriptor(known: (key: string) => unknown): void {
  const target = known('readiness_check_script') as { kind: string; descriptor?: number } | null;
  const last = FIRST_LISTEN_DESCRIPTOR + (known('listen') as readonly SocketAddress[]).length - 1;
  if (target?.kind === 'descriptor' && (target.descriptor ?? 0) <= last) {
    throw new ConfigError(
      `readiness_check_script=fd:${target.descriptor} is a socket of listen: those have descriptors ` +
        `${FIRST_LISTEN_DESCRIPTOR} to ${last}`,
    );
  }
}
