/**
 * Users and passwords, plain and hashed, on several servers at once.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Address, Scenario } from '../../scenario.ts';
import { observeCalls } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { methodCall, observeExchange, request } from '../support/requests.ts';

export const httpAuth: Scenario = {
  name: 'http-auth',
  title: 'basic auth: plain and {SHA} passwords, wrong ones, every path, several servers',
  differences: ['bad-credentials-header'],
  run: async (side) => {
    const port = await side.freePort();
    const second = await side.freePort();
    const empty = await side.freePort();
    const lone = await side.freePort();
    const hash = createHash('sha1').update('ge:heim ü').digest('hex');
    side.writeFile(
      'supervisord.conf',
      `${side.preamble.replace('s.sock\n', 's.sock\nusername=anna\npassword=secret\nchmod=0770\n')}
[inet_http_server]
port=127.0.0.1:${port}
username=bert
password={SHA}${hash}
[inet_http_server:open]
port=127.0.0.1:${second}
[inet_http_server:empty]
port=127.0.0.1:${empty}
username=
password=
[inet_http_server:lone]
port=127.0.0.1:${lone}
username=
password=secret
${program('cat', '/bin/cat', 'autostart=true')}`,
    );
    await side.start();
    const unix = (username: string, password: string): Address => ({ ...side.address, username, password });
    const inet = (username: string, password: string): Address => ({
      kind: 'inet',
      host: '127.0.0.1',
      port,
      username,
      password,
    });
    const attempts: Readonly<Record<string, Address>> = {
      'unix, right': unix('anna', 'secret'),
      'unix, wrong password': unix('anna', 'Secret'),
      'unix, longer password': unix('anna', 'secret2'),
      'unix, wrong user': unix('bert', 'secret'),
      'unix, empty': unix('', ''),
      'unix, none': side.address,
      'inet, right hash': inet('bert', 'ge:heim ü'),
      'inet, the hash itself': inet('bert', hash),
      'inet, the text of the file': inet('bert', `{SHA}${hash}`),
      'inet, the other user': inet('anna', 'secret'),
      'inet, open': { kind: 'inet', host: '127.0.0.1', port: second },
      'inet, empty name and password': { kind: 'inet', host: '127.0.0.1', port: empty },
      'inet, empty name': { kind: 'inet', host: '127.0.0.1', port: lone },
      'inet, empty name, with the password': {
        kind: 'inet',
        host: '127.0.0.1',
        port: lone,
        username: '',
        password: 'secret',
      },
      'inet, open, with credentials': {
        kind: 'inet',
        host: '127.0.0.1',
        port: second,
        username: 'x',
        password: 'y',
      },
    };
    for (const [title, address] of Object.entries(attempts)) {
      await observeCalls(side, [['getAPIVersion']], { title, address });
    }

    const body = methodCall('supervisor.getAPIVersion');
    const right = `Basic ${Buffer.from('anna:secret').toString('base64')}`;
    const headers: Readonly<Record<string, string>> = {
      'no colon': `Basic ${Buffer.from('annasecret').toString('base64')}`,
      'not base64': 'Basic !!!!',
      'another scheme': 'Bearer abc',
      'lower-case scheme': right.replace('Basic', 'basic'),
      'only the scheme': 'Basic',
      empty: '',
      right,
    };
    for (const [title, Authorization] of Object.entries(headers)) {
      const bytes = request({ body, headers: { Authorization, Connection: 'close' } });
      await observeExchange(side, `header: ${title}`, bytes);
    }
    for (const path of [
      '/RPC2',
      '/',
      '/index.html',
      '/logtail/cat',
      '/mainlogtail',
      '/nope',
      '/stylesheets/supervisor.css',
    ]) {
      await observeExchange(
        side,
        `no credentials: GET ${path}`,
        request({ method: 'GET', path, headers: { Connection: 'close' } }),
      );
    }
    side.observe('mode of the socket', (statSync(side.path('s.sock')).mode & 0o777).toString(8));

    const ctl = async (what: string, ...args: string[]) => side.observe(what, { ...(await side.ctl(args)) });
    const url = `unix://${side.path('s.sock')}`;
    await ctl('supervisorctl without credentials', 'pid', 'nope');
    await ctl('supervisorctl with -u and -p', '-s', url, '-u', 'anna', '-p', 'secret', 'pid', 'nope');
    await ctl('supervisorctl with a wrong -p', '-s', url, '-u', 'anna', '-p', 'wrong', 'status');
    await ctl(
      'supervisorctl tail -f with a wrong -p',
      '-s',
      url,
      '-u',
      'anna',
      '-p',
      'wrong',
      'tail',
      '-f',
      'cat',
    );
    await ctl(
      'supervisorctl over inet',
      '-s',
      `http://127.0.0.1:${port}`,
      '-u',
      'bert',
      '-p',
      'ge:heim ü',
      'status',
    );
  },
};
