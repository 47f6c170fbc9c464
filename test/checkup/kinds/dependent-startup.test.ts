/** The keys of supervisord-dependent-startup and their translation. */
import { expect, test } from 'vitest';
import { checkText, program } from '../support.ts';

const SERVICE = 'autostart=false\ndependent_startup=true';

/** A part of a container of a SONiC switch. */
const SWITCH = [
  '[eventlistener:dependent-startup]\ncommand=python3 -m supervisord_dependent_startup\nevents=PROCESS_STATE\n',
  program('rsyslogd', SERVICE),
  program('start', `${SERVICE}\nstartsecs=0\nautorestart=false\ndependent_startup_wait_for=rsyslogd:running`),
  program('zebra', `${SERVICE}\ndependent_startup_wait_for=start:exited rsyslogd`),
].join('');

test('each program gets the depends_on that means the same', async () => {
  const { of } = await checkText(SWITCH);
  expect(of('dependent-startup').map(({ section, key, advice }) => [section, key, advice])).toEqual([
    ['program:rsyslogd', 'dependent_startup', ['autostart=true']],
    ['program:start', 'dependent_startup_wait_for', ['autostart=true', 'depends_on=rsyslogd:running']],
    [
      'program:zebra',
      'dependent_startup_wait_for',
      ['autostart=true', 'depends_on=start:exited, rsyslogd:running'],
    ],
  ]);
  expect(of('dependent-startup-listener').map(({ section }) => section)).toEqual([
    'eventlistener:dependent-startup',
  ]);
  expect(of('unknown-key')).toEqual([]);
});

test('the translation is a configuration without findings', async () => {
  const { findings } = await checkText(
    program('rsyslogd') +
      program('start', 'startsecs=0\nautorestart=false\ndepends_on=rsyslogd:running') +
      program('zebra', 'depends_on=start:exited, rsyslogd:running'),
  );
  expect(findings.filter(({ kind }) => kind !== 'extension-key')).toEqual([]);
});

test.each([
  ['ghost:running', 'The listener ignores ghost:running: there is no program of that name.'],
  ['a:running,exited', 'a:running,exited waits for one of several states, which depends_on cannot express.'],
  ['a:fatal', 'a:fatal waits for a state that depends_on does not have.'],
])('%s has no translation, and the reason', async (waitFor, reason) => {
  const { of } = await checkText(
    program('a') + program('b', `${SERVICE}\ndependent_startup_wait_for=${waitFor}`),
  );
  expect(of('dependent-startup')[0]?.message).toContain(reason);
  expect(of('dependent-startup')[0]?.advice).toEqual(['autostart=true']);
});

test('a program that the listener does not start is reported as such', async () => {
  const { of } = await checkText(program('a', 'dependent_startup=true'));
  expect(of('dependent-startup')[0]?.message).toBe(
    'The listener does not start this program: it needs dependent_startup=true and autostart=false.',
  );
});
