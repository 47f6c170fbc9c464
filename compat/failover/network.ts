/**
 * A network of its own: one namespace for each host, joined by a bridge.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export interface Host {
  readonly name: string;
  readonly address: string;
  /** Prefix of a command that runs on it. */
  readonly wrapper: readonly string[];
  /** Neither sends nor receives. */
  cut(): void;
  /** Sends, and nothing arrives. */
  deafen(): void;
  /** Receives, and nothing that it sends arrives. */
  mute(): void;
  /** Ends all of it. */
  heal(): void;
}

/** Starts the rest of the command line in namespaces of its own; all of its processes end with it. */
export const OWN_MACHINE: readonly string[] = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
];

/** Makes the network; has to run in {@link OWN_MACHINE}. @param names of hosts, at most 200 */
export function makeNetwork(names: readonly string[]): readonly Host[] {
  // Of these namespaces: the machine's /run is not touched.
  run('mount', '-t', 'tmpfs', 'tmpfs', '/run');
  mkdirSync('/run/netns');
  ip('link set lo up');
  ip('link add bridge type bridge');
  ip('link set bridge up');
  return names.map((name, index) => {
    const address = `10.77.0.${index + 11}`;
    const port = `port-${name}`;
    ip(`netns add ${name}`);
    ip(`link add ${port} type veth peer name eth0 netns ${name}`);
    ip(`link set ${port} master bridge up`);
    ip(`-n ${name} link set lo up`);
    ip(`-n ${name} addr add ${address}/24 dev eth0`);
    ip(`-n ${name} link set eth0 up`);
    // A queue without room drops all that is sent, and the sender is not notified.
    const drop = 'root pfifo limit 0';
    const broken = new Set<string>();
    const breakLink = (words: string, repair: string): void => {
      if (broken.has(repair)) return;
      broken.add(repair);
      run(...asCommand(words));
    };
    return {
      name,
      address,
      wrapper: ['ip', 'netns', 'exec', name],
      cut: () => breakLink(`ip link set ${port} down`, `ip link set ${port} up`),
      deafen: () => breakLink(`tc qdisc add dev ${port} ${drop}`, `tc qdisc del dev ${port} root`),
      mute: () =>
        breakLink(`tc -n ${name} qdisc add dev eth0 ${drop}`, `tc -n ${name} qdisc del dev eth0 root`),
      heal: () => {
        for (const repair of broken) run(...asCommand(repair));
        broken.clear();
      },
    };
  });
}

function ip(words: string): void {
  run('ip', ...words.split(' '));
}

function asCommand(words: string): [string, ...string[]] {
  const [command = '', ...rest] = words.split(' ');
  return [command, ...rest];
}

function run(command: string, ...words: readonly string[]): void {
  execFileSync(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
}
