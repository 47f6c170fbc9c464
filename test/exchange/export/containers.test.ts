import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { exportCompose } from '../../../src/exchange/export/compose.ts';
import { exportKubernetes } from '../../../src/exchange/export/kubernetes.ts';
import { config, notesIn, program, SETTINGS } from './support.ts';

const EVERYTHING = `
[program:db]
command=/bin/db -D "/var/lib/my data" '$HOME'
user=web
group=staff
directory=/srv
stopsignal=INT
stopwaitsecs=20
autorestart=true
memory_max=512MB
cpu_quota=50%
pids_max=10
stdout_logfile=/tmp/db.log
limit_nofile=1024:65536
limit_core=unlimited
oom_score_adj=-5
cpu_affinity=0-1
capabilities=net_bind_service
no_new_privs=true
environment=A="$(B)",C="no",D="$E"
env_files=/etc/db.env,-/etc/other.env
readiness_check_script=/bin/ready
liveness_check_script=/bin/alive
pre_start_hook=/bin/make-it
pre_stop_hook=/bin/bye
post_start_hook=/bin/hello
[program:migrate]
command=/bin/migrate
type=oneshot
depends_on=db
[program:web]
command=/bin/web
process_name=%(program_name)s_%(process_num)d
numprocs=3
depends_on=migrate,db:healthy
part_of=db
readiness_check_script=http://127.0.0.1:8080/ready?x=1
liveness_check_script=tcp://127.0.0.1:8080
[program:numbered]
command=/bin/web %(process_num)d
process_name=%(program_name)s_%(process_num)d
numprocs=2
[program:job]
command=/bin/job
cron=*/15 2 * * mon-fri
timezone=Europe/Berlin
cron_overlap=kill
[program:manual]
command=/bin/manual
autostart=false
`;

describe('a Compose file', () => {
  const compose = (sections: string) => exportCompose(config(sections), SETTINGS).text;
  const notesOf = (lines: string) => notesIn(exportCompose(program(lines), SETTINGS).text);

  test('is one by the schema of the specification', () => {
    const schema = JSON.parse(
      readFileSync(new URL('compose-spec/compose-spec.json', import.meta.url), 'utf8'),
    ) as Record<string, unknown>;
    // Ajv knows the version without TLS in its name.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile({
      ...schema,
      $schema: 'http://json-schema.org/draft-07/schema#',
    });
    expect([validate(parse(compose(EVERYTHING))), validate.errors]).toEqual([true, null]);
    expect(validate({ services: { web: { restart: true } } })).toBe(false);
  });

  test('has a service for each program, and one for each process where they differ', () => {
    const { services } = parse(compose(EVERYTHING));
    expect(Object.keys(services)).toEqual([
      ...['db', 'job', 'manual', 'migrate', 'numbered_0', 'numbered_1', 'web'],
    ]);
    expect(services.web).toEqual({
      build: '.',
      init: true,
      scale: 3,
      restart: 'on-failure:3',
      stop_grace_period: '10s',
      entrypoint: ['/bin/web'],
      depends_on: {
        migrate: { condition: 'service_completed_successfully' },
        db: { condition: 'service_healthy', restart: true },
      },
    });
    expect(services.db).toMatchObject({
      entrypoint: ['/bin/db', '-D', '/var/lib/my data', '$$HOME'],
      environment: { A: '$$(B)', C: 'no', D: '$$E' },
      user: 'web:staff',
      ulimits: { nofile: { soft: 1024, hard: 65536 }, core: { soft: -1, hard: -1 } },
    });
    expect([services.manual.profiles, services.job.profiles]).toEqual([['manual'], ['cron']]);
  });

  test('a dependency on one of several processes that are alike is one on all of them', () => {
    const { services } = parse(
      compose(`[program:web]
command=/bin/web
process_name=%(program_name)s_%(process_num)d
numprocs=2
[program:proxy]
command=/bin/proxy
depends_on=web:web_1:started
`),
    );
    expect(services.proxy.depends_on).toEqual({ web: { condition: 'service_started' } });
  });

  test('has the image that was given', () => {
    const { text } = exportCompose(program(''), { ...SETTINGS, image: 'shop:1' });
    expect(parse(text).services.web).toMatchObject({ image: 'shop:1' });
  });

  test.each([
    [
      'liveness_check_script=/bin/x',
      'liveness_check_failure_action: Docker marks the container as unhealthy, and does no more',
    ],
    [
      'readiness_check_script=tcp://127.0.0.1:80',
      'readiness_check_script: only a command can be a healthcheck',
    ],
    ['autorestart=true', 'startretries=3: it is restarted for ever'],
    ['exitcodes=0,3', 'exitcodes=0,3: only 0 is a success'],
    ['umask=027', 'umask=027 has no counterpart'],
    ['startsecs=5', 'startsecs=5 has no counterpart'],
    ['stopasgroup=true', 'stopasgroup=true: the first process of the container gets the stop signal'],
    ['stdout_logfile=NONE', 'stdout_logfile=NONE: the output goes to the log of the container'],
    ['cron=0 5 * * *', 'cron=0 5 * * *: run it with docker compose run'],
    ['pre_start_hook=/bin/x', 'pre_start_hook=/bin/x has no counterpart'],
  ])('%s is noted', (lines, note) => {
    expect(notesOf(lines)).toContain(`web: ${note}`);
  });

  test('a program with the defaults of every key has nothing to note', () => {
    expect(notesOf('')).toEqual([]);
  });
});

describe('objects of Kubernetes', () => {
  const objects = (sections: string) =>
    parseAllDocuments(exportKubernetes(config(sections), { ...SETTINGS, image: 'shop:1' }).text, {
      version: '1.1',
    }).map((document) => document.toJS());
  const notesOf = (lines: string) => notesIn(exportKubernetes(program(lines), SETTINGS).text);

  test('are a Deployment for a program, a Job for a oneshot, and a CronJob for a schedule', () => {
    expect(objects(EVERYTHING).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment db',
      'CronJob job',
      'Deployment manual',
      'Job migrate',
      'Deployment numbered-0',
      'Deployment numbered-1',
      'Deployment web',
    ]);
  });

  test('a Deployment has the pod of the program', () => {
    const [db] = objects(EVERYTHING);
    expect(db).toMatchObject({
      apiVersion: 'apps/v1',
      spec: { replicas: 1, selector: { matchLabels: { 'app.kubernetes.io/name': 'db' } } },
    });
    const shared = {
      image: 'shop:1',
      workingDir: '/srv',
      env: [
        { name: 'A', value: '$$(B)' },
        { name: 'C', value: 'no' },
        { name: 'D', value: '$E' },
      ],
      securityContext: {
        runAsUser: 33,
        runAsGroup: 50,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      },
    };
    expect(db.spec.template.metadata.labels).toMatchObject(db.spec.selector.matchLabels);
    expect(db.spec.template.spec).toEqual({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 20,
      initContainers: [{ name: 'pre-start', ...shared, command: ['/bin/make-it'] }],
      containers: [
        {
          name: 'db',
          ...shared,
          command: ['/bin/db', '-D', '/var/lib/my data', '$HOME'],
          lifecycle: {
            preStop: { exec: { command: ['/bin/bye'] } },
            postStart: { exec: { command: ['/bin/hello'] } },
          },
          readinessProbe: { exec: { command: ['/bin/ready'] }, periodSeconds: 1, timeoutSeconds: 5 },
          livenessProbe: {
            exec: { command: ['/bin/alive'] },
            initialDelaySeconds: 60,
            periodSeconds: 60,
            timeoutSeconds: 30,
            failureThreshold: 3,
          },
          resources: { limits: { memory: '536870912', cpu: '500m' } },
        },
      ],
    });
  });

  test('processes that are alike are replicas, and a program without autostart has none', () => {
    const byName = Object.fromEntries(objects(EVERYTHING).map((one) => [one.metadata.name, one]));
    expect([byName.web.spec.replicas, byName.manual.spec.replicas]).toEqual([3, 0]);
    expect(byName.web.spec.template.spec.containers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: '/ready?x=1', port: 8080 } },
      livenessProbe: { tcpSocket: { port: 8080 } },
    });
  });

  test('a CronJob has the times, the time zone and the overlap', () => {
    const { spec } = objects(EVERYTHING)[1];
    expect(spec).toMatchObject({
      schedule: '*/15 2 * * mon-fri',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Replace',
      jobTemplate: { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never' } } } },
    });
  });

  test.each([
    [
      'depends_on=other:started\n[program:other]\ncommand=/bin/x',
      'depends_on=other:started has no counterpart',
    ],
    ['autorestart=false', 'autorestart=false: a Deployment restarts the program after every exit'],
    ['stopsignal=INT', 'stopsignal=SIGINT: the pod gets the STOPSIGNAL of its image'],
    ['readiness_check_script=notify', 'readiness_check_script: there is no probe of the kind notify'],
    ['env_files=/etc/a', 'env_files: /etc/a is not read; make a ConfigMap of it'],
    ['cron=5 0 5 * * *', 'cron=5 0 5 * * *: a CronJob has no seconds'],
    ['limit_nofile=1024', 'limit_nofile=1024 has no counterpart'],
  ])('%j is noted', (lines, note) => {
    expect(notesOf(lines).some((line) => line.endsWith(note))).toBe(true);
  });
});
