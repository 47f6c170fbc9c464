/**
 * An HTTP server on an IPv6 address.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { program } from '../support/programs.ts';

export const httpIpv6: Scenario = {
  name: 'http-ipv6',
  title: 'an HTTP server on an IPv6 address',
  differences: ['ipv6-address'],
  needs: ['ipv6'],
  run: async (side) => {
    const port = await side.freePort();
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[inet_http_server]\nport=[::1]:${port}\n${program('cat', '/bin/cat')}`,
    );
    const started = await side.start().then(
      () => 'it is up',
      (error: unknown) =>
        /Error: .*/.exec(String(error).split('\n').slice(1).join('\n'))?.[0] ?? String(error),
    );
    side.observe('start', started);
    side.observe('over IPv6', {
      ...(await side.rpc('supervisor.getState', [], { kind: 'inet', host: '::1', port })),
    });
  },
};
