import { expect, test } from 'vitest';
import { childEnvironment } from '../../../src/process/spawn/child-environment.ts';

const OPTIONS = {
  inherited: { HOME: '/root', LANG: 'C.UTF-8' },
  serverUrl: 'unix:///run/supervisor.sock',
  processName: 'web-1',
  groupName: 'web',
  environment: {},
};

test('a child has the environment of the daemon, and variables about its supervisor', () => {
  expect(childEnvironment(OPTIONS)).toEqual([
    'HOME=/root',
    'LANG=C.UTF-8',
    'SUPERVISOR_ENABLED=1',
    'SUPERVISOR_SERVER_URL=unix:///run/supervisor.sock',
    'SUPERVISOR_PROCESS_NAME=web-1',
    'SUPERVISOR_GROUP_NAME=web',
  ]);
});

test('what the configuration sets wins over everything', () => {
  const environment = { HOME: '/srv', SUPERVISOR_PROCESS_NAME: 'mine', SUPERVISOR_ENABLED: '0', A: 'a=b c' };
  expect(childEnvironment({ ...OPTIONS, environment })).toEqual([
    'HOME=/srv',
    'LANG=C.UTF-8',
    'SUPERVISOR_ENABLED=0',
    'SUPERVISOR_SERVER_URL=unix:///run/supervisor.sock',
    'SUPERVISOR_PROCESS_NAME=mine',
    'SUPERVISOR_GROUP_NAME=web',
    'A=a=b c',
  ]);
});

test('a daemon that runs under another supervisor gives its children its own names', () => {
  const inherited = {
    SUPERVISOR_PROCESS_NAME: 'outer',
    SUPERVISOR_GROUP_NAME: 'outer',
    SUPERVISOR_SERVER_URL: 'http://outer:9001',
  };
  expect(childEnvironment({ ...OPTIONS, inherited })).toEqual([
    'SUPERVISOR_PROCESS_NAME=web-1',
    'SUPERVISOR_GROUP_NAME=web',
    'SUPERVISOR_SERVER_URL=unix:///run/supervisor.sock',
    'SUPERVISOR_ENABLED=1',
  ]);
});

test.each([null, ''])('a daemon without a server (%o) leaves the server that it inherited', (serverUrl) => {
  const inherited = { SUPERVISOR_SERVER_URL: 'http://outer:9001' };
  expect(childEnvironment({ ...OPTIONS, inherited, serverUrl })).toContain(
    'SUPERVISOR_SERVER_URL=http://outer:9001',
  );
  expect(childEnvironment({ ...OPTIONS, serverUrl }).join()).not.toContain('SUPERVISOR_SERVER_URL');
});

test('empty values are passed on, unset ones are not', () => {
  const inherited = { EMPTY: '', UNSET: undefined };
  const variables = childEnvironment({ ...OPTIONS, inherited });
  expect(variables).toContain('EMPTY=');
  expect(variables.join()).not.toContain('UNSET');
});
