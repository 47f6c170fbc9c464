import { describe, expect, test } from 'vitest';
import { ImportError } from '../../src/exchange/format.ts';
import { importUnits } from '../../src/exchange/systemd.ts';
import { file, keysOf, loaded, notesOf } from './support.ts';

function service(lines: string, unit = ''): ReturnType<typeof file> {
  return file('web.service', `[Unit]\n${unit}\n[Service]\nExecStart=/bin/web\n${lines}\n`);
}

function keys(lines: string, unit = ''): Record<string, string> {
  return keysOf(importUnits([service(lines, unit)])).web ?? {};
}

describe('units of systemd', () => {
  test('a service that is not restarted is not restarted here', () => {
    expect(keys('')).toEqual({
      command: '/bin/web',
      autorestart: 'false',
      startsecs: '0',
      stopwaitsecs: '90',
      stopasgroup: 'true',
      killasgroup: 'true',
    });
  });

  test.each([
    [
      'Restart=on-failure\nRestartSec=1min 500ms',
      { autorestart: 'unexpected', startretries: '-1', restartpause: '60.5' },
    ],
    ['Restart=always', { autorestart: 'true' }],
    ['Type=oneshot', { type: 'oneshot' }],
    ['Type=notify\nTimeoutStartSec=30', { readiness_check_script: 'notify', readiness_timeout: '30' }],
    ['WatchdogSec=2s', { watchdog_sec: '2' }],
    ['KillMode=process', { stopasgroup: 'false', killasgroup: 'false' }],
    ['KillSignal=SIGQUIT\nTimeoutStopSec=1.5', { stopsignal: 'QUIT', stopwaitsecs: '2' }],
    ['SuccessExitStatus=3 4', { exitcodes: '0,3,4' }],
    ['User=web\nGroup=staff\nUMask=0027', { user: 'web', group: 'staff', umask: '0027' }],
    [`Environment="A=1 2" B=3 'C=x"y'\nEnvironment=D=50%%`, { environment: `A="1 2",B="3",C='x"y',D="50%"` }],
    ['Environment=A=1\nEnvironment=\nEnvironment=B=2', { environment: 'B="2"' }],
    ['EnvironmentFile=/etc/a\nEnvironmentFile=-/etc/b', { env_files: '/etc/a,-/etc/b' }],
    [
      'StandardOutput=append:/var/log/web.log\nStandardError=null',
      { stdout_logfile: '/var/log/web.log', stderr_logfile: 'NONE' },
    ],
    [
      'LimitNOFILE=1024:65536\nLimitCORE=infinity\nLimitAS=4G',
      { limit_nofile: '1024:65536', limit_core: 'unlimited', limit_as: '4GB' },
    ],
    [
      'Nice=5\nOOMScoreAdjust=-100\nCPUAffinity=0 1',
      { nice: '5', oom_score_adj: '-100', cpu_affinity: '0,1' },
    ],
    [
      'AmbientCapabilities=CAP_NET_BIND_SERVICE\nNoNewPrivileges=yes',
      { capabilities: 'net_bind_service', no_new_privs: 'true' },
    ],
    ['ExecStartPre=-/bin/a\nExecStopPost=/bin/b', { pre_start_hook: '-/bin/a', post_stop_hook: '/bin/b' }],
    [
      'ExecStartPre=/bin/a\nExecStartPre=-/bin/b x',
      { pre_start_hook: "/bin/sh -c '/bin/a && { /bin/b x || true; }'" },
    ],
    [
      String.raw`ExecStart=
ExecStart=/bin/web $$HOME "a\"b\x41" 50%%`,
      { command: `/bin/web '$HOME' 'a"bA' 50%` },
    ],
    ['ExecStart=\nExecStart=/bin/web $$HOME', { command: '/bin/web $HOME' }],
    ['ExecStart=\nExecStart=/bin/web $$A $B', { command: String.raw`/bin/sh -c 'exec /bin/web \$A $B'` }],
    ['StandardError=inherit', { redirect_stderr: 'true' }],
    ['IOSchedulingClass=realtime\nIOSchedulingPriority=2', { ionice: 'realtime:2' }],
    ['WorkingDirectory=/srv/50%%', { directory: '/srv/50%' }],
    ['ExecStop=/bin/kill $MAINPID', { stop_command: "/bin/sh -c 'exec /bin/kill $SUPERVISOR_PID'" }],
  ])('%s', (lines, expected) => {
    expect(keys(lines)).toMatchObject(expected);
  });

  test('a command goes over several lines, has no comments behind it, and expands variables in a shell', () => {
    const unit = file(
      'web.service',
      '[Service]\nExecStart=/bin/web "a;b" # x \\\n  ; comment\n  --port $PORT\n',
    );
    expect(loaded(importUnits([unit])).web?.command).toBe(
      `/bin/sh -c 'exec /bin/web "a;b" # x --port $PORT'`,
    );
  });

  test('units that need each other depend on each other', () => {
    const db = file('db.service', '[Service]\nExecStart=/bin/db\n');
    const cache = file('cache.service', '[Service]\nExecStart=/bin/cache\n');
    const web = service(
      '',
      'Requires=db.service\nAfter=db.service cache.service network.target\nPartOf=db.service',
    );
    expect(keysOf(importUnits([db, cache, web])).web).toMatchObject({
      depends_on: 'db,cache:started',
      part_of: 'db',
    });
  });

  test('a limit of starts that is turned off is left out, and an end by a signal is always unexpected', () => {
    const unit = service(
      'RestartForceExitStatus=SIGTERM SIGINT\nRestartForceExitStatus=5',
      'StartLimitIntervalSec=0\nStartLimitBurst=3\nPartOf=all.target',
    );
    const [program] = importUnits([unit]);
    expect([...(program?.keys.keys() ?? [])].filter((key) => key.startsWith('restart_limit'))).toEqual([]);
    expect(program?.notes).toEqual(['RestartForceExitStatus=5 has no counterpart']);
  });

  test('what has no counterpart is named', () => {
    const unit = service('Type=forking\nMemoryLow=1G\nExecReload=/bin/web reload', 'Requires=other.service');
    expect(notesOf(importUnits([unit]))).toEqual([
      'web: Type=forking: the command must stay in the foreground',
      'web: MemoryLow=1G has no counterpart',
      'web: ExecReload=/bin/web reload has no counterpart',
      'web: other.service is not imported; start it before the daemon',
    ]);
  });

  test('a file without a service is an error', () => {
    expect(() => importUnits([file('x.timer', '[Timer]\nOnCalendar=daily\n')])).toThrow(ImportError);
  });
});
