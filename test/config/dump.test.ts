import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dumpConfig, dumpData, parseDump } from '../../src/config/dump.ts';
import type { Config } from '../../src/config/types.ts';
import { loadText } from './support.ts';

const TEXT =
  '[supervisord]\nuser=web\nenvironment=A="1;2"\n' +
  '[inet_http_server:x.y]\nport=[::1]:9001\nusername=true\npassword={SHA}a=b;c#d\\e\\\\f\n' +
  '[unix_http_server]\nfile=/tmp/a.sock\n' +
  '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\nlist[]=1\n' +
  '[program:a.b]\ncommand=/bin/sh -c "echo \\\\n;#x"\nnumprocs=2\nprocess_name=%(process_num)d\nstopsignal=9\n' +
  '[program:c]\ncommand="quoted"\n  next line\nautorestart=true\n';

describe('the dump', () => {
  test('reads back through ini to the same data', () => {
    const config = loadText(TEXT);
    expect(plain(parseDump(dumpConfig(config)))).toEqual(dumpData(config));
  });

  test('holds every process with its values as they are in effect', () => {
    const data = parseDump(dumpConfig(loadText(TEXT)));
    expect(Object.keys(data)).toEqual([
      'supervisord',
      'unix_http_server',
      'rpcinterface:supervisor',
      'group:c',
      'program:c',
      'inet_http_server:x.y',
      'group:a.b',
      'program:a.b:0',
      'program:a.b:1',
    ]);
    expect(data['program:a.b:1']).toMatchObject({
      command: '/bin/sh -c "echo \\\\n;#x"',
      process_name: '1',
      stopsignal: 'KILL',
      autostart: true,
      environment: 'A="1;2"',
      stdout_logfile_maxbytes: '50MB',
    });
    expect(data['program:c']).toMatchObject({ command: '"quoted"\nnext line', autorestart: true });
    expect(data['inet_http_server:x.y']).toMatchObject({
      port: '[::1]:9001',
      password: '{SHA}a=b;c#d\\e\\\\f',
    });
    expect(data['group:a.b']).toMatchObject({ programs: '0,1' });
  });

  test('any command, folder and section name survives', () => {
    const config = loadText(TEXT);
    const text = fc.string({ minLength: 2 });
    fc.assert(
      fc.property(text, text, text, (name, command, directory) => {
        const changed: Config = {
          ...config,
          groups: config.groups.map((group) => ({
            ...group,
            name,
            processes: group.processes.map((process) => ({ ...process, command, directory })),
          })),
        };
        expect(plain(parseDump(dumpConfig(changed)))).toEqual(dumpData(changed));
      }),
    );
  });
});

/** The same data with ordinary prototypes. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
