// Carries out the instructions of a Dockerfile in a root file system, and runs its command in namespaces, without a
// container daemon. Knows the instructions that the examples use; another one is an error.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DockerfileParser } from 'dockerfile-ast';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The longest wait for something that is about to happen. */
const LIMIT_MS = 120_000;

/** A network of its own: ports of this machine are not those of the image. Its loopback device is set up by `ip`. */
const NETWORK = spawnSync('ip', ['-V']).status === 0 ? ['--net'] : [];

/** What `docker run --read-only --tmpfs /tmp` sets up; $1 is the root, $2 the user, the rest is the command. */
const CONTAINER = `set -e
${NETWORK.length === 0 ? '' : 'ip link set lo up'}
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 tmp "$1/tmp"
mount -t tmpfs -o mode=755 dev "$1/dev"
for name in null zero full random urandom; do
  touch "$1/dev/$name"
  mount --bind "/dev/$name" "$1/dev/$name"
done
mkdir -m 1777 "$1/dev/shm"
ln -s /proc/self/fd "$1/dev/fd"
ln -s fd/0 "$1/dev/stdin"
ln -s fd/1 "$1/dev/stdout"
ln -s fd/2 "$1/dev/stderr"
mount -o remount,bind,ro "$1"
system=$1 user=$2
shift 2
exec chroot --userspec="$user" --groups= "$system" "$@"`;

export class Image {
  #instructions;
  #user = 'root';
  #entrypoint = [];
  #command = [];
  #environment = { PATH, HOME: '/' };
  #started = [];
  healthcheck = [];

  /** @throws Error for an instruction that is not known here */
  constructor(text) {
    this.#instructions = DockerfileParser.parse(text)
      .getInstructions()
      .map((one) => ({ name: one.getKeyword(), text: one.getArgumentsContent() ?? '' }));
  }

  /** @param {{ system: string, context: string, say: (text: string) => void }} place */
  build({ system, context, say }) {
    for (const { name, text } of this.#instructions) {
      say(`${name} ${text}`);
      this.#carryOut(name, text, system, context);
    }
  }

  #carryOut(name, text, system, context) {
    switch (name) {
      case 'FROM':
      case 'EXPOSE':
        return;
      case 'COPY':
        copy(text, system, context);
        return;
      case 'RUN':
        execFileSync(
          'unshare',
          [
            '--mount',
            '--pid',
            '--fork',
            '--kill-child',
            `--mount-proc=${join(system, 'proc')}`,
            'chroot',
            system,
            'sh',
            '-c',
            text,
          ],
          {
            stdio: ['ignore', 2, 2],
            env: this.#environment,
          },
        );
        return;
      case 'USER':
        this.#user = text;
        return;
      case 'ENTRYPOINT':
        this.#entrypoint = JSON.parse(text);
        return;
      case 'CMD':
        this.#command = JSON.parse(text);
        return;
      case 'HEALTHCHECK':
        this.healthcheck = JSON.parse(text.replace(/^.*?CMD /, ''));
        return;
      default:
        throw new Error(`the instruction ${name} is not known here`);
    }
  }

  /** Ends what still runs, with all processes in it. */
  endAll() {
    for (const container of this.#started) container.destroy();
  }

  /** Runs a command in place of that of the image, or that one for an empty list. */
  run(system, command) {
    const words = [...this.#entrypoint, ...(command.length === 0 ? this.#command : command)];
    const namespaces = [
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--ipc',
      '--uts',
      '--fork',
      ...NETWORK,
    ];
    const child = spawn(
      'unshare',
      [...namespaces, 'sh', '-c', CONTAINER, 'sh', system, this.#user, ...words],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: this.#environment,
      },
    );
    const container = new Container(child, idsOf(system, this.#user), this.#environment);
    this.#started.push(container);
    return container;
  }
}

class Container {
  #child;
  #ids;
  #environment;
  #output = '';
  /** The exit code, or the signal. */
  end;

  constructor(child, ids, environment) {
    this.#child = child;
    this.#ids = ids;
    this.#environment = environment;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        this.#output += chunk;
      });
    }
    this.end = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  }

  output() {
    return this.#output;
  }

  /** Runs a command beside PID 1, as `docker exec` does. */
  execute(words) {
    const target = this.#firstProcess();
    const { uid, gid } = this.#ids;
    const enter = [
      '--target',
      target,
      '--mount',
      '--pid',
      ...NETWORK,
      '--root',
      '--wd',
      '--setuid',
      uid,
      '--setgid',
      gid,
    ];
    return spawnSync('nsenter', [...enter, ...words], { encoding: 'utf8', env: this.#environment });
  }

  /** Through its PID 1: the signal of `unshare --kill-child` is lost where the user changes. */
  destroy() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      this.kill('SIGKILL');
    } catch {
      // It has ended.
    }
  }

  kill(signal) {
    process.kill(Number(this.#firstProcess()), signal);
  }

  async until(what, condition) {
    const deadline = Date.now() + LIMIT_MS;
    while (!condition()) {
      if (Date.now() > deadline || this.#child.exitCode !== null) {
        this.destroy();
        throw new Error(`not in time: ${what}\n${this.#output}`);
      }
      await delay(100);
    }
  }

  /** @throws Error with the output where it has ended */
  #firstProcess() {
    const { pid } = this.#child;
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    } catch {
      throw new Error(`the container has ended:\n${this.#output}`);
    }
  }
}

/** `COPY [--chmod=MODE] SOURCE TARGET`; the last part of the source may have a `*`. */
function copy(text, system, context) {
  const [, mode, pattern, target] = /^(?:--chmod=(\d+) )?(\S+) (\S+)$/.exec(text) ?? [];
  if (target === undefined) throw new Error(`COPY ${text} is not known here`);
  const [before, after] = basename(pattern).split('*');
  const isMatch = (name) =>
    after === undefined ? name === before : name.startsWith(before) && name.endsWith(after);
  const names = readdirSync(context).filter(isMatch);
  if (names.length === 0) throw new Error(`COPY ${text}: the file is not there`);
  for (const name of names) {
    const path = join(system, target.endsWith('/') ? join(target, name) : target);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(context, name), path);
    chmodSync(
      path,
      mode === undefined ? statSync(join(context, name)).mode & 0o777 : Number.parseInt(mode, 8),
    );
  }
}

/** Of a user of the image, by its name. */
function idsOf(system, name) {
  const line = readFileSync(join(system, 'etc/passwd'), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`the user ${name} is not in the image`);
  const [, , uid, gid] = line.split(':');
  return { uid, gid };
}
