import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { calendarOf } from '../../../src/exchange/export/calendar.ts';
import { exportUnits } from '../../../src/exchange/export/systemd.ts';
import { folderWith } from '../../config/support.ts';
import { installed, needing } from '../../needs.ts';
import { config, notesIn, program, SETTINGS, texts } from './support.ts';

const EVERYTHING = `
[supervisord]
identifier=shop
environment=GLOBAL="50%%"
minfds=4096
[inet_http_server]
port=127.0.0.1:9001
[program:db]
command=/bin/cat -n "/var/lib/my data" '$HOME' a;b
user=root
stopsignal=INT
autorestart=true
startretries=-1
memory_max=512MB
cpu_quota=50%
pids_max=10
stdout_logfile=/tmp/db.log
pre_start_hook=-/bin/echo hi
post_start_hook=/bin/echo up
pre_stop_hook=/bin/echo down
post_stop_hook=/bin/echo end
reload_signal=HUP
limit_nofile=1024:65536
capabilities=net_bind_service,chown
ionice=idle
nice=3
umask=027
exitcodes=0,3
watchdog_sec=5
readiness_check_script=notify
restart_limit_count=3
[program:migrate]
command=/bin/true
type=oneshot
depends_on=db
[program:web]
command=/bin/cat %(process_num)d
process_name=%(program_name)s_%(process_num)d
numprocs=2
depends_on=migrate,db:started
part_of=db
restart_mode=rolling
[program:job]
command=/bin/true
cron=*/15 2 * * mon-fri
timezone=Europe/Berlin
catch_up=true
[program:manual]
command=/bin/cat
autostart=false
[eventlistener:mail]
command=/bin/cat
events=PROCESS_STATE
`;

describe('units', () => {
  test('a service for each process, a timer for a schedule, and a target that starts them', () => {
    const files = texts(exportUnits(config(EVERYTHING), SETTINGS));
    expect(Object.keys(files)).toEqual([
      ...['db.service', 'job.service', 'job.timer', 'manual.service', 'migrate.service'],
      ...['web_0.service', 'web_1.service', 'shop.target'],
    ]);
    expect(files['shop.target']?.match(/^Wants=.*$/gm)).toEqual([
      ...['Wants=db.service', 'Wants=job.timer', 'Wants=migrate.service'],
      ...['Wants=web_0.service', 'Wants=web_1.service'],
    ]);
    expect(files['db.service']).toContain('\nExecStart=/bin/cat -n "/var/lib/my data" $$HOME "a;b"\n');
    expect(files['web_1.service']).toContain('\nExecStart=/bin/cat 1\n');
    expect(files['manual.service']).not.toContain('[Install]');
    expect(files['job.service']).not.toContain('[Install]');
  });

  needing(test, installed('systemd-analyze', 'systemd'))('are accepted by systemd-analyze verify', () => {
    const folder = folderWith({});
    const files = exportUnits(config(EVERYTHING), SETTINGS);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const { stdout, stderr, status } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', ...files.map(({ name }) => join(folder, name))],
      { encoding: 'utf8', env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } },
    );
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  });

  test('what is not carried over is listed in the unit, and in the target what concerns the daemon', () => {
    const files = texts(exportUnits(config(EVERYTHING), SETTINGS));
    expect(notesIn(files['web_0.service'] ?? '')).toEqual([
      'web_0: startsecs=1: a unit counts as started at once',
      'web_0: startretries=3: systemd gives up after 5 starts in 10 seconds (StartLimitBurst)',
      'web_0: stdout_logfile=AUTO: the output goes to the journal',
      'web_0: stderr_logfile=AUTO: the output goes to the journal',
      'web_0: depends_on=migrate: the unit is also stopped when migrate.service is stopped',
      'web_0: restart_mode=rolling has no counterpart',
    ]);
    expect(notesIn(files['shop.target'] ?? '')).toEqual([
      '[supervisord] minfds=4096 has no counterpart',
      '[inet_http_server] has no counterpart',
      '[eventlistener:mail] is not exported: an event listener needs the daemon',
    ]);
  });

  test.each([
    ['liveness_check_script=/bin/x', 'liveness_check_script=/bin/x has no counterpart'],
    ['listen=tcp://127.0.0.1:8000', 'listen=tcp://127.0.0.1:8000 has no counterpart'],
    ['stopsignal=TERM,INT', 'stopsignal: SIGINT is not sent; SIGKILL follows'],
    ['exitcodes=3', 'exitcodes: systemd takes 0 for a success'],
    ['stdout_events_enabled=true', 'stdout_events_enabled=true has no counterpart'],
    ['secret_files=A:/etc/a', 'secret_files=A:/etc/a has no counterpart'],
    ['command=bin/web\ndirectory=/srv', 'command: bin/web is taken as /srv/bin/web'],
    ['numprocs_max=4', 'numprocs_max=4 has no counterpart'],
    ['cron=0 0 L * *', 'cron=0 0 L * * is not carried over: write OnCalendar= into the timer'],
  ])('%s is noted', (lines, note) => {
    expect(notesIn(texts(exportUnits(program(lines), SETTINGS))['web.service'] ?? '')).toContain(
      `web: ${note}`,
    );
  });

  test('a dependency on what is not exported, and a program without processes, are noted', () => {
    const files = texts(
      exportUnits(
        config(`[program:web]
command=/bin/web
depends_on=mail
[program:none]
command=/bin/none
process_name=%(process_num)d
numprocs=0
[eventlistener:mail]
command=/bin/mail
events=TICK_5
`),
        SETTINGS,
      ),
    );
    expect(notesIn(files['web.service'] ?? '')).toContain('web: depends_on=mail: it is not exported');
    expect(notesIn(files['supervisor.target'] ?? '')).toContain(
      '[program:none] is not exported: it has no processes',
    );
  });

  test('a schedule that systemd cannot have has no timer, and its service is not started', () => {
    const files = texts(exportUnits(program('cron=0 0 L * *'), SETTINGS));
    expect(Object.keys(files)).toEqual(['web.service', 'supervisor.target']);
    expect(files['supervisor.target']).not.toContain('Wants=');
  });

  test('processes of one name have units of different names', () => {
    const two = config(
      `[program:a]\ncommand=/bin/a\nprocess_name=x\n[program:b]\ncommand=/bin/b\nprocess_name=x\n`,
    );
    expect(Object.keys(texts(exportUnits(two, SETTINGS)))).toEqual([
      'x.service',
      'b-x.service',
      'supervisor.target',
    ]);
  });
});

describe('the times of a pattern', () => {
  test.each([
    ['*/15 2 * * mon-fri', ['Mon,Tue,Wed,Thu,Fri *-*-* 02:00,15,30,45:00']],
    ['0 0 1 1 *', ['*-01-01 00:00:00']],
    ['@daily', ['*-*-* 00:00:00']],
    ['30 4 1,15 * 7', ['*-*-01,15 04:30:00', 'Sun *-*-* 04:30:00']],
    ['*/20 * * * * *', ['*-*-* *:*:00,20,40']],
    ['5/30 8-10 * feb,mar *', ['*-02,03-* 08,09,10:05,35:00']],
    ['0 0 ? * *', ['*-*-* 00:00:00']],
    ['0 0 L * *', []],
    ['0 0 * * 5#2', []],
  ])('%s', (pattern, events) => {
    expect(calendarOf(pattern, null).events).toEqual(events);
  });

  test('have a time zone behind them', () => {
    expect(calendarOf('0 5 * * *', 'Europe/Berlin').events).toEqual(['*-*-* 05:00:00 Europe/Berlin']);
  });
});
