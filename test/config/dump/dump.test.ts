import { join } from 'node:path';
import { parse } from 'ini';
import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import type { Config } from '../../../src/config/types.ts';
import { fc } from '../../properties.ts';
import { folderWith, loadFile, loadText } from '../support.ts';
import { configTexts } from './generated-config.ts';

const ENVIRONMENT = { HOME: '/home/me', ODD: 'a ;b #c\n  d é ', PERCENT: '5% ' };

function load(text: string): Config {
  return loadText(text, { environment: ENVIRONMENT });
}

/** All that a configuration means; messages and texts are about the files that it was read from. */
function meaning({ file: _file, messages: _messages, programs, groups, ...config }: Config): unknown {
  return {
    ...config,
    groups: withoutFunctions(groups),
    programs: programs.map(({ texts: _texts, expand: _expand, ...program }) => program),
  };
}

function withoutFunctions(groups: Config['groups']): unknown {
  return groups.map(({ scalable: _scalable, ...group }) => group);
}

describe('a dump', () => {
  test('of any configuration reads as the same configuration', () => {
    fc.assert(
      fc.property(configTexts, (text) => {
        const file = join(folderWith({ 'main.conf': text }), 'main.conf');
        const config = loadFile(file, { environment: ENVIRONMENT });
        const again = loadFile(join(folderWith({ 'main.conf': dumpConfig(config) }), 'main.conf'), {
          environment: ENVIRONMENT,
        });
        expect(meaning(again)).toEqual(meaning(config));
        expect(dumpConfig(again)).toBe(dumpConfig(config));
      }),
      { numRuns: 60 },
    );
  });

  test('has each program once, with the number of the process in what differs', () => {
    const text =
      '[program:web]\ncommand=/bin/web --port 80%(process_num)02d\nprocess_name=%(program_name)s_%(process_num)s\nnumprocs=2\n';
    const lines = dumpConfig(load(`[supervisord]\n${text}`)).split('\n');
    for (const line of [
      '[program:web]',
      'numprocs=2',
      'command=/bin/web --port 80%(process_num)02d',
      'process_name=web_%(process_num)s',
      'startsecs=1',
      'stdout_logfile=AUTO',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test('of a program that depends on the group is a section for each group', () => {
    const text =
      '[supervisord]\n[program:x]\ncommand=/bin/cat %(group_name)s\n[group:a]\nprograms=x\n[group:b]\nprograms=x\n';
    const { groups } = load(dumpConfig(load(text)));
    expect(groups.map(({ name, processes }) => [name, processes.map(({ command }) => command)])).toEqual([
      ['a', ['/bin/cat a']],
      ['b', ['/bin/cat b']],
    ]);
  });

  test('keeps a process name that only an expansion can have', () => {
    const text = '[supervisord]\n[program:x]\ncommand=/bin/cat\nprocess_name=%(ENV_N)s\n';
    const environment = { N: 'a b:c/d' };
    const config = loadText(text, { environment });
    expect(config.groups[0]?.processes[0]?.name).toBe('a b:c/d');
    const again = loadText(dumpConfig(config), { environment: {} });
    expect(withoutFunctions(again.groups)).toEqual(withoutFunctions(config.groups));
  });

  test('marks a value that the format cannot carry', () => {
    const config = loadText('[supervisord]\n[program:x]\ncommand=/bin/cat\ndirectory=%(ENV_CR)s\n', {
      environment: { CR: 'a\rb' },
    });
    expect(dumpConfig(config)).toContain('\n; directory holds what this format cannot carry\n');
  });

  test('means the same to another reader of INI files', () => {
    const dump = dumpConfig(
      load(
        '[supervisord]\nidentifier=here\n[inet_http_server]\nport=*:9001\nusername=u\npassword=p\n[program:x]\ncommand=/bin/cat -v\nautorestart=true\n',
      ),
    );
    const read = parse(dump);
    expect(read.supervisord).toMatchObject({
      identifier: 'here',
      loglevel: 'info',
      umask: '0022',
      nodaemon: false,
    });
    expect(read.inet_http_server).toMatchObject({
      port: '*:9001',
      username: 'u',
      password: 'p',
      max_body_bytes: '1MB',
    });
    expect(read['program:x']).toMatchObject({
      command: '/bin/cat -v',
      autorestart: true,
      stopsignal: 'TERM',
      exitcodes: '0',
    });
  });
});
