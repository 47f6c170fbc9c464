/**
 * Programs that cannot be started for a while: no descriptor, no process, nothing to execute.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { AS_STRANGER, type Bed } from '../bed.ts';
import { leadersOf } from '../observe.ts';
import { STRANGER } from '../programs.ts';
import { type Fault, killSome, moment, send, startAll, type Torture } from './fault.ts';

export const LIMITS: readonly Fault[] = [
  {
    name: 'no-descriptors',
    title: 'EMFILE: the daemon has hardly a descriptor left while programs end',
    run: async (torture) => {
      const { bed, random } = torture;
      torture.allowRefusals();
      const used = Math.max(...readdirSync(`/proc/${bed.pid}/fd`).map(Number)) + 1;
      await limited(torture, 'nofile', used + random.integer(0, 6));
    },
  },
  {
    name: 'no-processes',
    title: 'EAGAIN: the user of the daemon may have no more processes while programs end',
    bed: 'user',
    run: async (torture) => {
      torture.allowRefusals();
      const used =
        execFileSync('ps', ['--no-headers', '-L', '-u', `${STRANGER}`], { encoding: 'utf8' }).split('\n')
          .length - 1;
      await limited(torture, 'nproc', Math.max(1, used - torture.random.integer(0, 8)));
    },
  },
  ...(
    [
      ['exec-removed', 'ENOENT: the command of a program is removed', (path) => rmSync(path)],
      ['exec-forbidden', 'EACCES: the command of a program is not executable', (path) => chmodSync(path, 0)],
      [
        'exec-rubbish',
        'ENOEXEC: the command of a program is rubbish',
        (path) => writeFileSync(path, '\x7fELF rubbish'),
      ],
      ['exec-folder', 'EACCES: the command of a program is a folder', (path) => replaceByFolder(path)],
      [
        'exec-no-interpreter',
        'ENOENT: the interpreter of a program is missing',
        (path) => writeFileSync(path, '#!/no/such/interpreter\n'),
      ],
    ] satisfies readonly (readonly [string, string, (path: string) => void])[]
  ).map(([name, title, spoil]): Fault => ({ name, title, run: (torture) => unexecutable(torture, spoil) })),
];

/** Programs end while the limit is low. Then the limit is restored, and they run again. */
async function limited(torture: Torture, resource: Resource, most: number): Promise<void> {
  const before = softLimit(torture.bed.pid, resource);
  setLimit(torture.bed, resource, `${most}`);
  killSome(torture);
  await moment(torture, 150);
  setLimit(torture.bed, resource, before);
  await torture.bed.untilAnswered();
  await startAll(torture);
}

/** Read from /proc: prlimit(1) asks for more rights than it needs. */
function softLimit(pid: number, resource: Resource): string {
  const line = readFileSync(`/proc/${pid}/limits`, 'latin1')
    .split('\n')
    .find((each) => each.startsWith(LINES[resource]));
  return /\d+|unlimited/.exec(line?.slice(LINES[resource].length) ?? '')?.[0] ?? 'unlimited';
}

const LINES = { nofile: 'Max open files', nproc: 'Max processes' } as const;

type Resource = keyof typeof LINES;

/** The soft limit; the hard one stays. Root may set it for another user only with CAP_SYS_RESOURCE. */
function setLimit({ kind, pid }: Bed, resource: Resource, soft: string): void {
  const command = ['prlimit', '--pid', `${pid}`, `--${resource}=${soft}:`];
  const [file = '', ...words] = kind === 'user' ? [...AS_STRANGER, ...command] : command;
  execFileSync(file, words);
}

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

async function unexecutable(torture: Torture, spoil: (path: string) => void): Promise<void> {
  const { bed } = torture;
  spoil(bed.path('mended'));
  send(leadersOf(bed).get('mended') ?? 0, 'SIGKILL');
  await bed.until('it cannot be started', async () => {
    const one = (await bed.info()).find(({ name }) => name === 'mended');
    return one?.statename === 'BACKOFF' || one?.statename === 'FATAL' || one?.statename === 'EXITED';
  });
  bed.writeMended();
  // Not after the pause of its BACKOFF.
  await bed.attempt('stopProcess', 'mended');
  await bed.call('startProcess', 'mended', false);
}
