import { expect, test } from 'vitest';
import { getrlimit } from '../../src/native/posix.ts';
import { runScript } from './support.ts';

test('limits are read as the shell shows them', () => {
  const { stdout } = runScript('console.log(JSON.stringify(posix.getrlimit("core")))', [
    ...['sh', '-c', 'ulimit -Hc unlimited 2>&-; ulimit -Sc 0; exec "$@"', 'sh'],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ soft: 0, hard: getrlimit('core').hard });
});

test('limits are set, and what is not allowed is an error', () => {
  const { stdout } = runScript(`
    const { hard } = posix.getrlimit('nofile');
    posix.setrlimit('nofile', 100, hard);
    console.log(posix.getrlimit('nofile').soft, posix.getrlimit('nofile').hard === hard);
    posix.setrlimit('core', 0, 0);
    console.log(posix.getrlimit('core').hard);
    try { posix.setrlimit('nofile', 2, 1); } catch (error) { console.log(error.syscall, error.code); }
  `);
  expect(stdout).toBe('100 true\n0\nsetrlimit EINVAL\n');
});

test('the descriptor limit that Node raised at its start is known from the parent', () => {
  const { stdout } = runScript('console.log(posix.initialNofile().soft, posix.getrlimit("nofile").soft)', [
    ...['sh', '-c', 'ulimit -Sn 200; ulimit -Hn 3000; "$@"; exit $?', 'sh'],
  ]);
  expect(stdout).toBe('200 3000\n');
});

test('where the parent has another hard limit, the soft limit is left at the hard one', () => {
  const { stdout } = runScript('console.log(posix.initialNofile())', [
    ...['sh', '-c', 'ulimit -n 3000; exec "$@"', 'sh'],
  ]);
  expect(stdout).toBe('{ soft: 3000, hard: 3000 }\n');
});
