import { expect, it } from 'vitest';
import { failureAction, probeTarget, readinessTarget } from '../../../src/config/tables/check-values.ts';
import { loadProgram } from '../support.ts';

it.each([
  ['http://127.0.0.1:8080/health?x=1', { kind: 'http', url: 'http://127.0.0.1:8080/health?x=1' }],
  ['http+unix:///run/x.sock:/health', { kind: 'http-unix', socketPath: '/run/x.sock', uri: '/health' }],
  ['tcp://db:5432', { kind: 'tcp', host: 'db', port: 5432 }],
  ['tcp://[::1]:5432', { kind: 'tcp', host: '::1', port: 5432 }],
  ['pg_isready -h db', { kind: 'command', command: 'pg_isready -h db' }],
  ['fd:3', { kind: 'descriptor', descriptor: 3 }],
  ['log:^ready: \\d+$', { kind: 'log', pattern: '^ready: \\d+$' }],
] as const)('%s', (text, target) => {
  const parsed = loadProgram(`readiness_check_script=${text}`).readiness.target;
  expect(parsed).toEqual(target);
  expect(parsed && readinessTarget.format(parsed)).toBe(text);
});

it.each([
  [
    'readiness_check_script=https://db/',
    'a check cannot use https://, only http://, http+unix:// and tcp://',
  ],
  ['readiness_check_script=tcp://db', "not of the form tcp://host:port: 'tcp://db'"],
  ['readiness_check_script=tcp://db:70000', "not of the form tcp://host:port: 'tcp://db:70000'"],
  ['readiness_check_script=http://', "not a valid URL: 'http://'"],
  ['liveness_check_script=http+unix://x.sock:/', 'not of the form http+unix:///path/of.sock:/uri'],
  ['readiness_check_script=fd:2', "not of the form fd:N with N from 3 to 1023: 'fd:2'"],
  ['readiness_check_script=fd:1024', "not of the form fd:N with N from 3 to 1023: 'fd:1024'"],
  ['readiness_check_script=fd:x', "not of the form fd:N with N from 3 to 1023: 'fd:x'"],
  ['readiness_check_script=log:(', 'not a valid regular expression: '],
  ['liveness_check_script=', 'a check has to be http://, http+unix://, tcp:// or a command'],
  ['liveness_check_period=0', "not a valid number of seconds above 0: '0'"],
  ['liveness_check_failure_threshold=0', "not a number from 1 up: '0'"],
])('refuses %s', (key, message) => {
  expect(() => loadProgram(key)).toThrow(message);
});

it('an action is a word, or a command', () => {
  const { onFailure, onSuccess } = loadProgram('liveness_check_failure_action=/bin/page me').liveness;
  expect(onFailure).toEqual({ kind: 'command', command: '/bin/page me' });
  expect(onSuccess).toBeNull();
  expect(loadProgram('liveness_check_failure_action=Stop').liveness.onFailure).toEqual({ kind: 'stop' });
  expect(failureAction.format({ kind: 'restart' })).toBe('restart');
});

it('a unix socket without a URI is asked for /', () => {
  const parsed = loadProgram('liveness_check_script=http+unix:///run/x.sock').liveness.target;
  expect(parsed).toEqual({ kind: 'http-unix', socketPath: '/run/x.sock', uri: '/' });
  expect(parsed && probeTarget.format(parsed)).toBe('http+unix:///run/x.sock:/');
});
