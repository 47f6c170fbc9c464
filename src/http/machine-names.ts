/**
 * The host names under which browsers may ask for this machine. Any other name may have been made to lead here by the
 * owner of its DNS zone (DNS rebinding).
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** The name in a Host header or in the authority of a URL: small letters, without port, brackets and a path behind it. */
export function hostName(authority: string): string {
  const [place = ''] = authority.split('/', 1);
  const name = place.startsWith('[') ? place.slice(1).split(']', 1)[0] : place.split(':', 1)[0];
  return (name ?? '').toLowerCase();
}

/** True for addresses, `localhost`, and the names of this machine: foreign DNS zones cannot hold them. */
export function isNameOfThisMachine(name: string): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  const own = hostname().toLowerCase();
  if (name === own || name === `${own}.local`) return true;
  return searchDomains().some((domain) => name === `${own}.${domain}`) || namesInHostsFile().has(name);
}

/** What /etc/hosts calls the addresses of this machine. */
function namesInHostsFile(): ReadonlySet<string> {
  const addresses = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  );
  const names = new Set<string>();
  for (const [address = '', ...aliases] of linesOf('/etc/hosts')) {
    if (address.startsWith('127.') || address === '::1' || addresses.has(address)) {
      for (const alias of aliases) names.add(alias.toLowerCase());
    }
  }
  return names;
}

function searchDomains(): readonly string[] {
  return linesOf('/etc/resolv.conf')
    .filter(([key]) => key === 'search' || key === 'domain')
    .flatMap(([, ...domains]) => domains.map((domain) => domain.toLowerCase()));
}

/** The lines of a system file as words, without comments; none where it cannot be read. */
function linesOf(path: string): string[][] {
  try {
    const lines = readFileSync(path, 'latin1').split('\n');
    return lines.map((line) => (line.split('#', 1)[0] ?? '').split(/\s+/).filter(Boolean));
  } catch {
    return [];
  }
}
