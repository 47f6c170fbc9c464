import { expect, test } from 'vitest';
import { userById, userByName } from '../../src/native/posix.ts';
import { becomeConfiguredUser } from '../../src/supervisor/identity.ts';
import { StartError } from '../../src/supervisor/start-error.ts';
import { isRoot, runScript } from '../native/support.ts';
import { need, needing, ROOT } from '../needs.ts';
import { FakeSupervisor } from '../rpc/fakes.ts';

const { daemon } = new FakeSupervisor().config;
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

test('without a user root is warned, and no other user is', () => {
  const { critical, info } = becomeConfiguredUser({ ...daemon, user: null });
  expect(critical.map((line) => line.slice(0, 30))).toEqual(isRoot ? ['Supervisor is running as root.'] : []);
  expect(info).toEqual([]);
});

/** As supervisord, the daemon becomes only users with a name. */
const NAMED = need(userById(me.uid) !== null, 'run as a user of /etc/passwd');

needing(test, NAMED)('a daemon that is the user already changes nothing, which is logged', () => {
  const user = { text: 'me', ...me };
  expect(becomeConfiguredUser({ ...daemon, user })).toEqual({
    critical: [],
    info: [`Set uid to user ${me.uid} succeeded`],
  });
});

test('a user that does not exist refuses the start', () => {
  const user = { text: '54321', uid: 54_321, gid: 54_321 };
  expect(() => becomeConfiguredUser({ ...daemon, user })).toThrow(StartError);
  expect(() => becomeConfiguredUser({ ...daemon, user })).toThrow("Can't find uid 54321");
});

needing(
  test,
  ROOT,
  need(userByName('www-data') !== null, 'a user www-data'),
)('root becomes the user with all of its groups', () => {
  const { stdout, stderr } = runScript(`
    import { becomeConfiguredUser } from './src/supervisor/identity.ts';
    const user = posix.userByName('www-data');
    becomeConfiguredUser({ user: { text: 'www-data', uid: user.uid, gid: user.gid } });
    const { uid, gid } = user;
    console.log(process.getuid() === uid, process.geteuid() === uid, process.getgid() === gid);
    console.log(process.getgroups().includes(0));
  `);
  expect([stdout, stderr]).toEqual(['true true true\nfalse\n', '']);
});
