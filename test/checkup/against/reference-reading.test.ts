/** How the Python of an installed supervisord is found, and what it reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REFERENCE } from '../../../compat/harness/debian.ts';
import { compareReadings } from '../../../src/checkup/against/compare.ts';
import { interpreterOf, readWithReference } from '../../../src/checkup/against/reference-reading.ts';
import { openSubject } from '../../../src/checkup/reading/open-subject.ts';
import { folderWith } from '../../config/support.ts';
import { needing, unpacked } from '../../needs.ts';

describe('the interpreter of a script', () => {
  test.each([
    ['#!/usr/bin/python3\nimport sys', ['/usr/bin/python3']],
    ['#!/opt/venv/bin/python -sE\n', ['/opt/venv/bin/python', '-sE']],
    ['#!/usr/bin/env python3\n', ['python3']],
    ['#!/usr/bin/env -S python3 -I\n', ['python3', '-I']],
    [
      "#!/bin/sh\n'''exec' \"/a long path/bin/python3.11\" \"$0\" \"$@\"\n' '''\n",
      ['/a long path/bin/python3.11'],
    ],
  ])('%#', (text, words) => {
    const folder = folderWith({ script: text });
    expect(interpreterOf(join(folder, 'script'))).toEqual(words);
  });

  test.each([['#!/bin/sh\nexec supervisord'], ['\u007fELF'], ['']])('is not found: %j', (text) => {
    const script = join(folderWith({ script: text }), 'script');
    expect(() => interpreterOf(script)).toThrow(`${script} is not a Python script`);
  });
});

describe('a supervisord that cannot be asked', () => {
  test.each([
    ['no-such-supervisord', "can't find command 'no-such-supervisord'"],
    ['/bin/cat', '/bin/cat is not a Python script'],
  ])('%s', async (command, message) => {
    await expect(readWithReference(command, 'x.conf', { PATH: '/bin' })).rejects.toThrow(message);
  });

  test('has its reason in the error', async () => {
    const script = join(folderWith({}), 'script');
    writeFileSync(script, '#!/no/such/folder/python3\n', { mode: 0o755 });
    await expect(readWithReference(script, 'x.conf', {})).rejects.toThrow(
      'cannot run /no/such/folder/python3: spawn /no/such/folder/python3 ENOENT',
    );
  });
});

const EVERY_KEY = `[unix_http_server]
file=%(here)s/s.sock
chmod=0770
chown=root:root
username=u
password=p
[inet_http_server]
port=*:19001
[supervisord]
logfile=%(here)s/x.log
environment=A="x",B="y'z"
loglevel=debug
umask=027
minfds=100
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:web]
command=/bin/cat %(process_num)d
numprocs=3
process_name=%(program_name)s_%(process_num)02d
autorestart=true
stdout_logfile=syslog
stderr_logfile=NONE
environment=C="%(process_num)d"
umask=022
exitcodes=0,2
stopsignal=INT
stopasgroup=true
user=root
directory=/
[program:plain]
command=cat
redirect_stderr=true
autorestart=false
[fcgi-program:f]
command=cat
socket=unix://%(here)s/f.sock
[group:g]
programs=web
priority=5
[eventlistener:l]
command=cat
events=PROCESS_STATE,TICK_5
buffer_size=20
`;

needing(describe, unpacked(REFERENCE))('the installed supervisord', () => {
  const environment = { PATH: '/usr/bin:/bin', HOME: '/root' };

  async function compare(text: string): Promise<string[]> {
    const file = join(folderWith({ 'main.conf': text }), 'main.conf');
    const reference = await readWithReference(REFERENCE, file, environment);
    const found = compareReadings(await openSubject({ file, environment }), reference);
    return found.map(({ section, key, message }) => `${section} ${key}: ${message}`);
  }

  test('reads every key of a sound configuration as visord does', async () => {
    expect(await compare(EVERY_KEY)).toEqual([]);
  });

  test('reads some values differently', async () => {
    expect(
      await compare(
        '[supervisord]\n[program-default]\nstartsecs=7\n[program:a]\ncommand=cat\nstdout_logfile=\n' +
          '[program:b]\ncommand=cat\nprocess_name=x\nnumprocs=1\nenvironment=A="1"\n',
      ),
    ).toEqual([
      'program:a startsecs: supervisord 4.2.5 reads 1, visord 7.',
      'program:a stdout_logfile: supervisord 4.2.5 reads "", visord null.',
      'program:b startsecs: supervisord 4.2.5 reads 1, visord 7.',
    ]);
  });

  test('refuses what visord accepts', async () => {
    const [message, ...others] = await compare(
      '[supervisord]\n[program:a]\ncommand=cat\nstopsignal=TERM,INT\n',
    );
    expect(message).toMatch(/^null null: supervisord 4\.2\.5 refuses the file: value 'TERM,INT'/);
    expect(others).toEqual([]);
  });

  test('and refuses for the same reason: the error alone is reported', async () => {
    expect(await compare('[supervisord]\n[program:a]\ncommand=cat\nautorestart=maybe\n')).toEqual([]);
  });
});
