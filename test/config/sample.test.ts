import { expect, test } from 'vitest';
import { sampleConfig } from '../../src/config/sample.ts';
import { CTL_PLUGIN_OPTIONS, SUPERVISORCTL_OPTIONS } from '../../src/config/tables/client-options.ts';
import { SUPERVISORD_OPTIONS } from '../../src/config/tables/daemon-options.ts';
import { FLEET_SECTION_OPTIONS } from '../../src/config/tables/engine-options.ts';
import type { OptionTable } from '../../src/config/tables/option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  INCLUDE_OPTIONS,
  PROGRAM_OPTIONS,
  RPC_INTERFACE_OPTIONS,
} from '../../src/config/tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../../src/config/tables/server-options.ts';
import { USER_OPTIONS } from '../../src/config/tables/user-options.ts';
import { readDialect } from '../../src/config/text/dialect.ts';
import { Source } from '../../src/config/text/source.ts';
import { loadText } from './support.ts';

const TABLES: Readonly<Record<string, OptionTable>> = {
  unix_http_server: UNIX_SERVER_OPTIONS,
  inet_http_server: INET_SERVER_OPTIONS,
  'user:theusername': USER_OPTIONS,
  supervisord: SUPERVISORD_OPTIONS,
  supervisorctl: SUPERVISORCTL_OPTIONS,
  'rpcinterface:supervisor': RPC_INTERFACE_OPTIONS,
  'rpcinterface:theinterfacename': RPC_INTERFACE_OPTIONS,
  'ctlplugin:thepluginname': CTL_PLUGIN_OPTIONS,
  fleet: FLEET_SECTION_OPTIONS,
  'program:theprogramname': PROGRAM_OPTIONS,
  'eventlistener:theeventlistenername': EVENT_LISTENER_OPTIONS,
  'fcgi-program:thefcgiprogramname': FCGI_PROGRAM_OPTIONS,
  'group:thegroupname': GROUP_OPTIONS,
  include: INCLUDE_OPTIONS,
};

/** The sample without the `;` in front of its sections and keys. */
const uncommented = sampleConfig().replace(/^;(?=[[a-z])/gm, '');

function keysOf(text: string): Map<string, string[]> {
  const source = new Source();
  readDialect(text, 'sample', source);
  return new Map([...source.sections].map(([name, keys]) => [name, [...keys.keys()]]));
}

/** Replaces users, folders and programs that no machine has. */
function onThisMachine(text: string): string {
  return text
    .replace(/^(user|socket_owner)=\w+/gm, '$1=web')
    .replace('nobody:nogroup', 'web:staff')
    .replaceAll(/(supervisord|app):adm/g, 'web:staff')
    .replaceAll('=deploy,1000', '=web,1000')
    .replaceAll('/a/path', '/tmp/sample.log')
    .replace('progname1,progname2', 'theprogramname');
}

test('the sample has every section with every key, and no other key', () => {
  expect([...keysOf(uncommented).keys()].sort()).toEqual(Object.keys(TABLES).sort());
  for (const [name, keys] of keysOf(uncommented)) {
    expect([name, keys.sort()]).toEqual([name, Object.keys(TABLES[name] ?? {}).sort()]);
  }
});

test('every key has its help and its default', () => {
  for (const [name, table] of Object.entries(TABLES)) {
    for (const [key, { help, default: byDefault }] of Object.entries(table)) {
      const expected = byDefault ? `${help.slice(0, -1)} (default ${byDefault})` : help.slice(0, -1);
      const ofTheKey = sampleConfig()
        .split('\n')
        .filter((line) => new RegExp(`^;? ?${key}\\b`).test(line));
      expect(ofTheKey.join('\n'), `${name}.${key}`).toContain(expected);
    }
  }
});

test('as it is printed it runs a daemon on the socket that its supervisorctl section names', () => {
  const config = loadText(sampleConfig());
  expect(config.servers).toMatchObject([{ kind: 'unix', file: '/tmp/supervisor.sock', mode: 0o700 }]);
  expect(config.rpcInterfaces.map(({ name }) => name)).toEqual(['supervisor']);
  expect(config.groups).toEqual([]);
  expect(config.daemon).toMatchObject({
    logfile: { kind: 'file', path: '/tmp/supervisord.log' },
    pidfile: '/tmp/supervisord.pid',
    nodaemon: false,
    user: null,
  });
  expect(sampleConfig()).toMatch(/^serverurl=unix:\/\/\/tmp\/supervisor\.sock /m);
});

test('the values that are in effect are the defaults, but for paths in /tmp', () => {
  const inEffect = new Source();
  readDialect(sampleConfig(), 'sample', inEffect);
  for (const [key, value] of inEffect.sections.get('supervisord') ?? []) {
    const table: OptionTable = SUPERVISORD_OPTIONS;
    expect(value.replace('/tmp/', '')).toBe(table[key]?.default);
  }
});

test('what guides do to the sample with sed has its effect', () => {
  const edited = sampleConfig()
    .replace(/^;\[include\]/m, '[include]')
    .replace(/^;files = .*/m, 'files = conf.d/*.conf')
    .replace('nodaemon=false', 'nodaemon=true')
    .replace('file=/tmp/supervisor.sock', 'file=/run/supervisor.sock')
    .replace(/^;\[inet_http_server\]/m, '[inet_http_server]')
    .replace(';port=127.0.0.1:9001', 'port=*:9002')
    .replace(/^;user=supervisord/m, 'user=root');
  const config = loadText(edited);
  expect(config.daemon).toMatchObject({ nodaemon: true, user: { text: 'root' } });
  expect(config.servers).toMatchObject([
    { kind: 'inet', port: 9002 },
    { kind: 'unix', file: '/run/supervisor.sock' },
  ]);
  expect(config.messages.warn.join()).toContain('conf.d/*.conf');
});

test('with every line in effect it loads, once its users, files and folders exist and its plugins are left out', () => {
  const text = onThisMachine(uncommented).replace(/^\[(?:rpcinterface:the|ctlplugin:)[\s\S]*?\n\n/gm, '');
  // Files with credentials and certificates: the first stand in place of other keys.
  const others = /^(?:(?:username_|password_|cert|key|ca)file=|engine_(?:username|password_file) =).*\n/gm;
  const config = loadText(text.replace(others, ''), { isFolder: () => true });
  expect(config.groups.map(({ name }) => name).sort()).toEqual([
    'theeventlistenername',
    'thefcgiprogramname',
    'thegroupname',
  ]);
  expect(config.servers.map(({ username, password }) => ({ username, password }))).toEqual([
    { username: 'user', password: '123' },
    { username: 'user', password: '123' },
  ]);
});
