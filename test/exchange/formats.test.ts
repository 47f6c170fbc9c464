import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importCompose } from '../../src/exchange/compose.ts';
import { secondsOf } from '../../src/exchange/duration.ts';
import { ImportError } from '../../src/exchange/format.ts';
import { IMPORT_FORMATS } from '../../src/exchange/formats.ts';
import { importPm2 } from '../../src/exchange/pm2.ts';
import { importProcessCompose } from '../../src/exchange/process-compose.ts';
import { importProcfile } from '../../src/exchange/procfile.ts';
import { folderWith } from '../config/support.ts';
import { file, keysOf, loaded, notesOf } from './support.ts';

describe('lengths of time', () => {
  test.each([
    ['1min 30s', 90],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['2', 2],
    ['1.5h', 5400],
    ['', null],
    ['soon', null],
    ['5 apples', null],
  ])('%j', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});

describe('a Procfile', () => {
  test('runs each line in a shell, in its folder, with its .env', () => {
    const programs = importProcfile(
      file('Procfile', '# all\nweb: puma -p $PORT\n\njob: a && b\nrelease: rake x\n'),
    );
    expect(keysOf(programs).web).toMatchObject({
      command: "/bin/sh -c 'exec puma -p $PORT'",
      directory: '/srv/app',
      env_files: '-/srv/app/.env',
    });
    expect(keysOf(programs).job?.command).toBe("/bin/sh -c 'a && b'");
    expect(keysOf(programs).release).toMatchObject({ type: 'oneshot', autorestart: 'false' });
    expect(notesOf(programs)).toEqual([
      'web: PORT is not set for it; add it to environment= or to the .env file',
    ]);
  });

  test('with another line is an error that names the line', () => {
    expect(() => importProcfile(file('Procfile', 'web: x\nnonsense\n'))).toThrow(
      'line 2 is not NAME: COMMAND',
    );
  });
});

test('a dependency on what is not imported, and a check that cannot be made, are listed', async () => {
  const format = IMPORT_FORMATS.find(({ name }) => name === 'process-compose');
  const programs = await format?.read([
    file(
      'process-compose.yaml',
      `processes:
  web:
    command: serve
    depends_on: { db: { condition: process_healthy }, cache: { condition: process_started } }
    readiness_probe: { http_get: { scheme: https, host: example.org } }
    liveness_probe: { http_get: { port: '{{.PORT}}' } }
  cache: { command: cached }
`,
    ),
  ]);
  expect(loaded(programs ?? []).web).toBeDefined();
  expect(keysOf(programs ?? []).web?.depends_on).toBe('cache:started');
  expect(notesOf(programs ?? [])).toEqual([
    'web: the readiness check https://example.org:80/: a check cannot use https://, only http://, http+unix:// and tcp://, or a command',
    "web: the liveness check http://127.0.0.1:{{.PORT}}/: not a valid URL: 'http://127.0.0.1:{{.PORT}}/'",
    'web: depends on db, which is not imported',
  ]);
});

describe('an ecosystem file of pm2', () => {
  test('may be YAML', async () => {
    const programs = await importPm2(
      file(
        'ecosystem.yml',
        'apps:\n  - { script: ./a.js, name: a, watch: true, autostart: false, time: true, filter_env: [X] }\n',
      ),
    );
    expect(keysOf(programs).a).toMatchObject({
      command: 'node ./a.js',
      autostart: 'false',
      restart_directory_monitor: '/srv/app',
    });
    expect(notesOf(programs)).toEqual([
      'a: time=true has no counterpart',
      'a: filter_env=["X"] has no counterpart',
    ]);
  });

  const apps = {
    apps: [
      {
        name: 'api',
        script: 'server.js',
        instances: 2,
        exec_mode: 'cluster',
        args: ['--x', 'a b'],
        env: { NODE_ENV: 'production', RATE: '50%' },
        env_staging: {},
        kill_timeout: 5000,
        min_uptime: '10s',
        restart_delay: 250,
        out_file: '/dev/null',
        watch: true,
      },
      { script: 'job.py', autorestart: false, namespace: 'jobs' },
    ],
  };

  test('gives programs with as many processes as it has instances', async () => {
    const programs = await importPm2(file('ecosystem.config.json', JSON.stringify(apps)));
    expect(loaded(programs)).toMatchObject({
      api_0: {
        command: "node server.js --x 'a b'",
        directory: '/srv/app',
        environment: { NODE_APP_INSTANCE: '0', NODE_ENV: 'production', RATE: '50%' },
        startSeconds: 10,
        stopWaitSeconds: 5,
        pace: { pauseSeconds: 0.25 },
        stdout: { logfile: { kind: 'none' } },
      },
      api_1: { environment: { NODE_APP_INSTANCE: '1' } },
      job: { command: 'python3 job.py', autorestart: 'never' },
    });
    expect(programs.map(({ group }) => group)).toEqual([null, 'jobs']);
    expect(notesOf(programs)).toEqual([
      'api: exec_mode: the processes share no port as in a cluster; give each its own, or one listening socket',
      'api: env_staging: only env is carried over; put the variables into a file and name it in env_files=',
    ]);
  });

  test('may be JavaScript', async () => {
    const folder = folderWith({});
    const path = join(folder, 'ecosystem.config.cjs');
    writeFileSync(path, `module.exports = ${JSON.stringify(apps)};`);
    expect(keysOf(await importPm2({ path, text: '' })).job?.command).toBe('python3 job.py');
  });

  test.each(['{', '[1]', '{"apps": 5}', '{"apps": [{"name": "x"}]}'])('%s is an error', async (text) => {
    await expect(importPm2(file('x.json', text))).rejects.toThrow(ImportError);
  });
});

describe('a Compose file', () => {
  const text = `
services:
  db:
    image: postgres:16
    healthcheck: {test: [CMD-SHELL, "pg_isready -U x"], interval: 10s, retries: 5}
  migrate: {command: ["rake", "db migrate"], restart: "on-failure:3", depends_on: [db]}
  web:
    command: gunicorn -b :8000 $$X
    user: "web:staff"
    environment: [A=1, B]
    env_file: {path: web.env, required: false}
    ports: ["8000:8000"]
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
    restart: unless-stopped
    stop_grace_period: 1m30s
    deploy: {replicas: 2}
`;

  test('gives programs for its commands, with conditions and checks', () => {
    const programs = importCompose(file('compose.yaml', text));
    expect(keysOf(programs)).toMatchObject({
      db: {
        autostart: 'false',
        readiness_check_script: "/bin/sh -c 'pg_isready -U x'",
        liveness_check_period: '10',
        liveness_check_failure_threshold: '5',
      },
      migrate: {
        command: "rake 'db migrate'",
        autorestart: 'unexpected',
        startretries: '3',
        depends_on: 'db:started',
      },
      web: {
        command: 'gunicorn -b :8000 $X',
        depends_on: 'db:running,migrate:completed',
        part_of: 'db',
        env_files: '-/srv/app/web.env',
        stopwaitsecs: '90',
        numprocs: '2',
        group: 'staff',
      },
    });
    expect(notesOf(programs)).toEqual([
      'db: the command is that of the image postgres:16: replace command=',
      'web: ports has no counterpart',
    ]);
    expect(Object.keys(loaded(programs))).toEqual(['db', 'migrate', 'web_0', 'web_1']);
  });

  test('has its variables as they are written, with a note, and the rights of its services', () => {
    const programs = importCompose(
      file(
        'compose.yaml',
        `
services:
  web:
    image: web:\${TAG}
    command: [web, $$HOME, "$PORT"]
    environment: {A: $$1}
    restart: always
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true", "label:disable"]
  db: {command: db, cap_add: [SYS_NICE]}
`,
      ),
    );
    expect(keysOf(programs).web).toMatchObject({
      command: "web '$HOME' '$PORT'",
      environment: 'A="$1"',
      startretries: '-1',
      capabilities: 'net_bind_service',
      no_new_privs: 'true',
    });
    expect(notesOf(programs)).toEqual([
      `web: the variable \${TAG} of Compose is not replaced`,
      'web: the variable $PORT of Compose is not replaced',
      `web: it ran in the image web:\${TAG}; its command must exist on this machine`,
      'web: security_opt: label:disable has no counterpart',
      'db: cap_add: sys_nice has no counterpart',
    ]);
  });

  test('that is not YAML is an error', () => {
    expect(() => importCompose(file('compose.yaml', 'a: [1'))).toThrow(ImportError);
    expect(() => importCompose(file('compose.yaml', 'text'))).toThrow(ImportError);
  });
});

describe('processes of process-compose', () => {
  test('keep their dependencies, checks and exits', () => {
    const programs = importProcessCompose(
      file(
        'process-compose.yaml',
        `
environment: [SHARED=1]
processes:
  db:
    command: postgres -D data
    readiness_probe: {http_get: {host: 127.0.0.1, port: 8080, path: /h}, period_seconds: 2}
    liveness_probe: {exec: {command: pg_isready}, initial_delay_seconds: 5, failure_threshold: 2}
  migrate: {command: "a | b", depends_on: {db: {condition: process_healthy}}, availability: {restart: exit_on_failure}}
  web:
    command: npm start
    working_dir: web
    namespace: front
    depends_on: {migrate: {condition: process_completed_successfully}}
    availability: {restart: on_failure, backoff_seconds: 2, max_restarts: 5}
    shutdown: {command: "kill -2 $SUPERVISOR_PID", signal: 2, timeout_seconds: 9}
    is_daemon: true
`,
      ),
    );
    expect(keysOf(programs)).toMatchObject({
      db: {
        readiness_check_script: 'http://127.0.0.1:8080/h',
        readiness_check_period: '2',
        liveness_check_script: '/bin/sh -c pg_isready',
        liveness_check_initial_delay: '5',
        liveness_check_failure_threshold: '2',
        environment: 'SHARED="1"',
      },
      migrate: { command: "/bin/sh -c 'a | b'", depends_on: 'db:running', exit_on: 'failure' },
      web: {
        directory: '/srv/app/web',
        depends_on: 'migrate:completed',
        restartpause: '2',
        startretries: '5',
        stopsignal: '2',
        stopwaitsecs: '9',
      },
    });
    expect(Object.keys(loaded(programs.slice(0, 2)))).toEqual(['db', 'migrate']);
    expect(notesOf(programs)).toEqual(['web: is_daemon: the command must stay in the foreground']);
  });
});
