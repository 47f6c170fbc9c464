/**
 * curl, as shell scripts use it: XML on the command line, XML in the answer.
 *
 * @module
 */
import type { CommandResult, Scenario, Side } from '../../scenario.ts';
import { untilState } from '../support/calls.ts';
import { methodCall } from '../support/requests.ts';
import { type Target, withServers } from './bed.ts';

export const languagesCurl: Scenario = {
  name: 'languages-curl',
  title: 'curl over inet and unix, with a password and without, as shell scripts use it',
  differences: ['own-methods'],
  needs: ['command:curl'],
  run: (side) =>
    withServers(side, async (targets) => {
      for (const target of targets) {
        await observePosts(side, target);
        await observeOtherWays(side, target);
      }
    }),
};

const CALLS: Readonly<Record<string, string>> = {
  getState: methodCall('supervisor.getState'),
  startProcess: methodCall('supervisor.startProcess', 'slow'),
  stopProcess: methodCall('supervisor.stopProcess', '<string>slow</string>', '<boolean>1</boolean>'),
  'startProcess of the running': methodCall('supervisor.startProcess', 'cat'),
  'a name that is not there': methodCall('supervisor.getProcessInfo', 'Grüße'),
  'a name in references': methodCall('supervisor.getProcessInfo', 'Gr&#252;&#xDF;e &amp; 世界'),
  listMethods: methodCall('system.listMethods'),
  'no such method': methodCall('nope'),
};

async function observePosts(side: Side, target: Target): Promise<void> {
  await untilState(side, 'cat', 'RUNNING');
  for (const [what, body] of Object.entries(CALLS)) {
    const { code, stdout } = await curl(side, target, '/RPC2', '-H', 'Content-Type: text/xml', '-d', body);
    side.observe(`${target.over}: ${what}`, { code, answer: stdout });
  }
}

/** A body that curl sends in pieces, one that it announces with Expect, and other requests of scripts. */
async function observeOtherWays(side: Side, target: Target): Promise<void> {
  const state = methodCall('supervisor.getState');
  const ways: Readonly<Record<string, readonly string[]>> = {
    'a form by default': ['/RPC2', '-d', state],
    'asked for leave': ['/RPC2', '-H', 'Expect: 100-continue', '-H', 'Content-Type: text/xml', '-d', state],
    'HTTP/1.0': ['/RPC2', '--http1.0', '-H', 'Content-Type: text/xml', '-d', state],
    'compression offered': ['/RPC2', '--compressed', '-H', 'Content-Type: text/xml', '-d', state],
    'two on one connection': ['/RPC2', '-d', state, ...place(target, '/RPC2')],
    'a page that is not there': ['/nope'],
    'the head of a page': ['/stylesheets/supervisor.css', '-I', '-o', '/dev/null'],
  };
  for (const [what, [path = '/', ...words]] of Object.entries(ways)) {
    const { code, stdout } = await curl(side, target, path, ...words);
    side.observe(`${target.over}: ${what}`, { code, answer: stdout });
  }
}

function curl(side: Side, target: Target, path: string, ...words: readonly string[]): Promise<CommandResult> {
  return side.command('curl', [
    '-s',
    '-w',
    ' %{http_code} %{content_type}',
    ...words,
    ...place(target, path),
  ]);
}

function place({ host, port, socket, username, password }: Target, path: string): readonly string[] {
  const credentials = username === '' ? [] : ['-u', `${username}:${password}`];
  if (socket !== '') return ['--unix-socket', socket, `http://localhost${path}`];
  return [...credentials, `http://${host}:${port}${path}`];
}
