import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { missingNeeds } from '../../compat/harness/needs.ts';
import { call, program, script, startWith, test, untilState } from './support.ts';

const PAGE = readFileSync(new URL('../../docs/event-listeners.md', import.meta.url), 'utf8');
const PYTHON = '/usr/bin/python3';
const hasPython = (await missingNeeds(['python:supervisor'], [PYTHON])).length === 0;

/** The examples of the page in this language. */
function examples(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

test.for([
  ['js', 'watch.cjs', process.execPath],
  ['sh', 'watch.sh', '/bin/sh'],
  ...(hasPython ? [['python', 'watch.py', PYTHON] as const] : []),
] as const)('the example in %s receives the events', async ([language, file, interpreter], { side }) => {
  const source = side.writeFile(file, examples(language)[0] ?? '');
  const log = side.path('watch.err');
  await startWith(
    side,
    `[eventlistener:watch]\ncommand=${interpreter} ${source}\nevents=PROCESS_STATE_EXITED,PROCESS_STATE_FATAL\nstartsecs=0\nstderr_logfile=${log}\n` +
      program('ends', { command: '/bin/true', startsecs: 0, autorestart: 'false' }) +
      program('fails', { command: '/bin/false', startsecs: 1, startretries: 0 }),
  );
  await untilState(side, 'fails', 'FATAL');
  const expected =
    language === 'python' ? 'fails:fails is down' : 'processname:fails groupname:fails from_state:BACKOFF';
  await side.logged(expected, { file: 'watch.err' });
  if (language !== 'python') {
    const ends = /processname:ends groupname:ends from_state:RUNNING expected:1 pid:\d+/;
    await side.logged(ends, { file: 'watch.err' });
  }
});

test('the example of a result handler takes every answer but the one that it refuses', async ({ side }) => {
  side.writeFile('handlers.mjs', examples('js')[1] ?? '');
  script(
    side,
    'busy.sh',
    `for answer in BUSY DONE; do echo READY; read -r h; head -c "\${h##* len:}" > /dev/null; printf 'RESULT 4\\n%s' $answer; done
exec sleep 1000`,
  );
  await startWith(
    side,
    `[supervisord]\nloglevel=debug\n[eventlistener:watch]\ncommand=${side.path('busy.sh')}\nevents=REMOTE_COMMUNICATION\nresult_handler=./handlers.mjs:countAnswers\nstartsecs=0\n`,
  );
  await call(side, 'sendRemoteCommEvent', 'kind', 'data');
  expect(await side.logged('watch: event was processed')).toContain('watch: event was rejected');
});
