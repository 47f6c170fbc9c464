/**
 * What must outlive each disturbance: programs in the middle of something that a key of theirs asks for. All rows share
 * one daemon, so their programs have names of their own.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { PYTHON } from '../../../../compat/harness/debian.ts';
import { isAlive } from '../../../../compat/harness/processes.ts';
import type { Json, Side } from '../../../../compat/scenario.ts';
import { call, childrenOf, infoOf, program, script, untilState } from '../../support.ts';

export interface Row {
  readonly keys: string;
  readonly sections: (side: Side) => string;
  /** Starts the programs where the start of the daemon does not; also after a disturbance that starts all of them anew. */
  readonly begin?: (side: Side) => Promise<void>;
  /** Waits for the state in which the disturbance comes, and for the same state after it. */
  readonly reached: (side: Side) => Promise<void>;
  /** Leaves that state, and waits for what follows. @param isAnew all programs have been started anew since */
  readonly finish: (side: Side, isAnew: boolean) => Promise<void>;
  /** The state cannot be there after a disturbance that starts anew. */
  readonly isLostAnew?: true;
  /** A hook runs, and an upgrade waits for its end for a minute. */
  readonly delaysUpgrade?: true;
}

const SLEEP = { command: 'sleep 1000', startsecs: 0 };
const BY_HAND = { autostart: 'false' };

/** Longer than any test, shorter than what the clock is set by. */
const AN_HOUR = 3600;

/** Writes the file that a program, hook or check of a row looks for. */
function go(side: Side, name: string): void {
  side.writeFile(name, '');
}

function until(side: Side, name: string): string {
  return `while ! test -e ${side.path(name)}; do sleep 0.1; done`;
}

/** Waits for the description of a process. */
async function described(side: Side, name: string, pattern: RegExp): Promise<string> {
  let description = '';
  await side.waitFor(`${name} is described as ${pattern}`, async () => {
    description = (await infoOf(side, name)).description;
    return pattern.test(description);
  });
  return description;
}

/** Kills the process until it is not started again; returns how often. */
async function killUntilFatal(side: Side, name: string, most: number): Promise<number> {
  for (let kills = 1; kills <= most; kills += 1) {
    if ((await killOnce(side, name)) === 'FATAL') {
      return kills;
    }
  }
  return most + 1;
}

async function killOnce(side: Side, name: string): Promise<string> {
  const { pid } = await untilState(side, name, 'RUNNING');
  process.kill(pid, 'SIGKILL');
  let state = '';
  await side.waitFor(`${name} runs again, or is FATAL`, async () => {
    const info = await infoOf(side, name);
    state = info.statename;
    return state === 'FATAL' || (state === 'RUNNING' && info.pid !== pid);
  });
  return state;
}

/** A program that reports READY=1 once a file exists, and WATCHDOG=1 until another one does. */
function reporter(side: Side, name: string): string {
  side.writeFile(
    'report.py',
    `import os, socket, sys, time
address, files = os.environ['NOTIFY_SOCKET'], sys.argv[1]
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
is_ready = False
while True:
    if not is_ready and not os.path.exists(files + '.ready'):
        message = None
    elif not is_ready:
        message = b'READY=1'
    else:
        message = None if os.path.exists(files + '.silent') else b'WATCHDOG=1'
    try:
        if message:
            sender.sendto(message, address)
            is_ready = True
    except OSError:
        pass
    time.sleep(0.1)
`,
  );
  return `${PYTHON} ${side.path('report.py')} ${side.path(name)}`;
}

/** Waits until the process whose pid is in the file is a child of the daemon: a later daemon runs its own. */
async function untilOwnChild(side: Side, file: string): Promise<void> {
  const daemon = Number(await call(side, 'getPID'));
  await side.waitFor(`the process of ${file} is a child of the daemon`, () =>
    childrenOf(daemon).includes(Number(side.readFile(file).trim() || Number.NaN)),
  );
}

export const ROWS: readonly Row[] = [
  {
    keys: 'depends_on, depends_timeout',
    sections: (side) =>
      program('wait-migrate', {
        command: `sh -c '${until(side, 'wait-migrate.go')}'`,
        startsecs: 0,
        type: 'oneshot',
      }) +
      program('wait-web', { ...SLEEP, depends_on: 'wait-migrate', depends_timeout: AN_HOUR }) +
      program('wait-hand', { ...SLEEP, ...BY_HAND, depends_on: 'wait-migrate' }),
    begin: async (side) => {
      await call(side, 'startProcess', 'wait-hand', false);
    },
    reached: async (side) => {
      await untilState(side, 'wait-migrate', 'RUNNING');
      for (const name of ['wait-web', 'wait-hand']) {
        await described(side, name, /^waiting for wait-migrate \(completed\)$/);
      }
    },
    finish: async (side) => {
      go(side, 'wait-migrate.go');
      await untilState(side, 'wait-web', 'RUNNING');
      await untilState(side, 'wait-hand', 'RUNNING');
    },
  },
  {
    keys: 'depends_on with healthy, liveness_check_*',
    sections: (side) =>
      program('sick', {
        ...SLEEP,
        liveness_check_script: `test -e ${side.path('sick.well')}`,
        liveness_check_initial_delay: 0,
        liveness_check_period: 0.2,
        liveness_check_failure_action: 'none',
        liveness_check_success_action: `touch ${side.path('sick.noted')}`,
      }) + program('sick-front', { ...SLEEP, depends_on: 'sick:healthy' }),
    reached: async (side) => {
      await described(side, 'sick', /unhealthy: \d+ failures: exit status 1$/);
      await described(side, 'sick-front', /^waiting for sick \(healthy\)$/);
    },
    finish: async (side) => {
      go(side, 'sick.well');
      await untilState(side, 'sick-front', 'RUNNING');
      await described(side, 'sick', /uptime [\d:]+$/);
      await side.waitFor('the success action', () => existsSync(side.path('sick.noted')));
    },
  },
  {
    keys: 'liveness_check_timeout',
    sections: (side) =>
      program('hanging', {
        ...SLEEP,
        liveness_check_script: script(
          side,
          'hanging.sh',
          `echo $$ >> ${side.path('hanging.pids')}; exec sleep 1000`,
        ),
        liveness_check_initial_delay: 0,
        liveness_check_period: 0.2,
        liveness_check_timeout: 1,
        liveness_check_failure_action: 'none',
      }),
    reached: async (side) => {
      await described(side, 'hanging', /unhealthy: \d+ failures: timed out after 1 seconds$/);
      const daemon = Number(await call(side, 'getPID'));
      await side.waitFor('one check runs, of this daemon', () => {
        const running = side
          .readFile('hanging.pids')
          .split('\n')
          .map(Number)
          .filter((pid) => pid > 0 && isAlive(pid));
        return running.every((pid) => childrenOf(daemon).includes(pid));
      });
    },
    finish: async (side) => {
      expect((await side.ctl(['restart', 'hanging'])).stdout).toBe('hanging: stopped\nhanging: started\n');
    },
  },
  {
    keys: 'part_of',
    sections: () => program('whole', SLEEP) + program('part', { ...SLEEP, part_of: 'whole' }),
    reached: async (side) => {
      await untilState(side, 'part', 'RUNNING');
    },
    finish: async (side) => {
      await call(side, 'stopProcess', 'whole');
      await described(side, 'part', /^waiting for whole \(running\)$/);
      await call(side, 'startProcess', 'whole');
      await untilState(side, 'part', 'RUNNING');
    },
  },
  {
    keys: 'part_of, while the part is being restarted',
    isLostAnew: true,
    sections: (side) =>
      program('slow-whole', { ...SLEEP, ...BY_HAND }) +
      program('slow-part', {
        command: script(
          side,
          'slow-part.sh',
          `trap '${until(side, 'slow-part.go')}; exit 0' TERM; touch ${side.path('slow-part.up')}
while :; do sleep 0.1; done`,
        ),
        startsecs: 0,
        ...BY_HAND,
        part_of: 'slow-whole',
        stopwaitsecs: AN_HOUR,
      }),
    begin: async (side) => {
      await call(side, 'startProcess', 'slow-part');
      await side.waitFor('its trap is set', () => existsSync(side.path('slow-part.up')));
      await call(side, 'stopProcess', 'slow-whole');
    },
    reached: async (side) => {
      await untilState(side, 'slow-part', 'STOPPING');
    },
    finish: async (side) => {
      go(side, 'slow-part.go');
      await described(side, 'slow-part', /^waiting for slow-whole \(running\)$/);
      await call(side, 'startProcess', 'slow-whole');
      await untilState(side, 'slow-part', 'RUNNING');
    },
  },
  {
    keys: 'readiness_check_script with a command, readiness_timeout',
    sections: (side) =>
      program('ready-command', {
        ...SLEEP,
        readiness_check_script: `test -e ${side.path('ready-command.go')}`,
        readiness_timeout: AN_HOUR,
      }),
    reached: async (side) => {
      await untilState(side, 'ready-command', 'STARTING');
    },
    finish: async (side) => {
      go(side, 'ready-command.go');
      await untilState(side, 'ready-command', 'RUNNING');
    },
  },
  {
    keys: 'readiness_check_script=log:…',
    sections: (side) =>
      program('ready-log', {
        command: `sh -c '${until(side, 'ready-log.go')}; echo ready; exec sleep 1000'`,
        startsecs: 0,
        readiness_check_script: 'log:^ready$',
      }),
    reached: async (side) => {
      await untilState(side, 'ready-log', 'STARTING');
    },
    finish: async (side) => {
      go(side, 'ready-log.go');
      await untilState(side, 'ready-log', 'RUNNING');
    },
  },
  {
    keys: 'readiness_check_script=notify',
    sections: (side) =>
      program('ready-notify', {
        command: reporter(side, 'ready-notify'),
        startsecs: 0,
        readiness_check_script: 'notify',
      }),
    reached: async (side) => {
      await untilState(side, 'ready-notify', 'STARTING');
    },
    finish: async (side) => {
      go(side, 'ready-notify.ready');
      await untilState(side, 'ready-notify', 'RUNNING');
    },
  },
  {
    keys: 'readiness_check_script=fd:N',
    sections: (side) =>
      program('ready-descriptor', {
        command: script(
          side,
          'ready-descriptor.sh',
          `${until(side, 'ready-descriptor.go')}\necho >&5\nexec sleep 1000`,
        ),
        startsecs: 0,
        readiness_check_script: 'fd:5',
      }),
    reached: async (side) => {
      await untilState(side, 'ready-descriptor', 'STARTING');
    },
    finish: async (side) => {
      go(side, 'ready-descriptor.go');
      await untilState(side, 'ready-descriptor', 'RUNNING');
    },
  },
  {
    keys: 'cron',
    sections: () => program('new-year', { ...SLEEP, cron: '0 0 1 1 *' }),
    reached: async (side) => {
      await described(side, 'new-year', /^next run /);
    },
    finish: async (side) => {
      expect((await side.ctl(['start', 'new-year'])).stdout).toBe('new-year: started\n');
    },
  },
  {
    keys: 'statedir, a disabled program',
    sections: () => program('disabled', SLEEP),
    begin: async (side) => {
      await side.rpc('visord.setEnabled', ['disabled', false]);
    },
    reached: async (side) => {
      await described(side, 'disabled', /^disabled$/);
    },
    finish: async (side) => {
      await side.rpc('visord.setEnabled', ['disabled', true]);
      await described(side, 'disabled', /^(?!disabled$)/);
      await call(side, 'startProcess', 'disabled');
    },
  },
  {
    keys: 'watchdog_sec',
    sections: (side) => {
      go(side, 'watched.ready');
      return program('watched', {
        command: reporter(side, 'watched'),
        startsecs: 0,
        readiness_check_script: 'notify',
        watchdog_sec: 5,
      });
    },
    reached: async (side) => {
      await untilState(side, 'watched', 'RUNNING');
    },
    finish: async (side) => {
      go(side, 'watched.silent');
      await side.logged('restarting watched: no WATCHDOG=1 for 5 seconds');
    },
  },
  {
    keys: 'restartpause',
    sections: (side) =>
      program('pausing', {
        command: `sh -c 'test -e ${side.path('pausing.go')} && exec sleep 1000; exit 3'`,
        startsecs: 0,
        restartpause: AN_HOUR,
      }),
    reached: async (side) => {
      const description = await described(side, 'pausing', /, again in \d+ s$/);
      const seconds = Number(/(\d+) s$/.exec(description)?.[1]);
      expect(seconds).toBeGreaterThan(AN_HOUR - 120);
      expect(seconds).toBeLessThanOrEqual(AN_HOUR);
    },
    finish: async (side) => {
      go(side, 'pausing.go');
      expect((await side.ctl(['start', 'pausing'])).stdout).toBe('pausing: started\n');
    },
  },
  {
    keys: 'backoff_factor, backoff_limit, startretries=-1',
    sections: (side) =>
      program('failing', {
        command: `sh -c 'test -e ${side.path('failing.go')} && exec sleep 1000; exit 3'`,
        startsecs: AN_HOUR,
        startretries: -1,
        restartpause: AN_HOUR,
        backoff_factor: 2,
        backoff_limit: 2 * AN_HOUR,
      }),
    reached: async (side) => {
      await untilState(side, 'failing', 'BACKOFF');
      await described(side, 'failing', /^Exited too quickly/);
    },
    finish: async (side) => {
      go(side, 'failing.go');
      await call(side, 'stopProcess', 'failing');
      await call(side, 'startProcess', 'failing', false);
      await untilState(side, 'failing', 'STARTING');
    },
  },
  {
    keys: 'restart_limit_count, restart_limit_interval',
    sections: () =>
      program('limited', {
        ...SLEEP,
        autorestart: 'true',
        restart_limit_count: 3,
        restart_limit_interval: AN_HOUR,
      }),
    begin: async (side) => {
      await untilState(side, 'limited', 'RUNNING');
      await killOnce(side, 'limited');
      await killOnce(side, 'limited');
    },
    reached: async (side) => {
      await untilState(side, 'limited', 'RUNNING');
    },
    finish: async (side) => {
      expect(await killUntilFatal(side, 'limited', 5)).toBe(2);
      await described(side, 'limited', /^restarted more than 3 times in 3600 seconds$/);
    },
  },
  {
    keys: 'pre_start_hook',
    delaysUpgrade: true,
    sections: (side) =>
      program('hooked', {
        ...SLEEP,
        hook_timeout: AN_HOUR,
        pre_start_hook: script(
          side,
          'hook.sh',
          `cd "$(dirname "$0")"
exec 9> hook.lock
flock -w 30 9 || touch hook.double
echo $$ > hook.pid
while ! test -e hook.go; do sleep 0.1; done`,
        ),
      }),
    reached: async (side) => {
      await untilState(side, 'hooked', 'STARTING');
      await untilOwnChild(side, 'hook.pid');
    },
    finish: async (side) => {
      go(side, 'hook.go');
      await untilState(side, 'hooked', 'RUNNING');
      expect(existsSync(side.path('hook.double'))).toBe(false);
    },
  },
  {
    keys: 'stop_command, post_stop_hook',
    delaysUpgrade: true,
    isLostAnew: true,
    sections: (side) =>
      program('commanded', {
        ...SLEEP,
        ...BY_HAND,
        stopwaitsecs: AN_HOUR,
        stop_command: script(
          side,
          'commanded.sh',
          `echo $$ > ${side.path('commanded.pid')}
${until(side, 'commanded.go')}; kill -USR2 $SUPERVISOR_PID`,
        ),
        post_stop_hook: `sh -c 'echo "$SUPERVISOR_HOOK" >> ${side.path('commanded.ends')}'`,
      }),
    begin: async (side) => {
      await call(side, 'startProcess', 'commanded');
      await call(side, 'stopProcess', 'commanded', false);
    },
    reached: async (side) => {
      await untilState(side, 'commanded', 'STOPPING');
      await untilOwnChild(side, 'commanded.pid');
    },
    finish: async (side) => {
      go(side, 'commanded.go');
      await untilState(side, 'commanded', 'STOPPED');
      expect(side.readFile('commanded.ends')).toBe('post_stop\n');
    },
  },
  {
    keys: 'pre_stop_hook',
    isLostAnew: true,
    delaysUpgrade: true,
    sections: (side) =>
      program('leaving', {
        ...SLEEP,
        ...BY_HAND,
        hook_timeout: AN_HOUR,
        pre_stop_hook: script(
          side,
          'leaving.sh',
          `echo $$ > ${side.path('leaving.pid')}\n${until(side, 'leaving.go')}`,
        ),
      }),
    begin: async (side) => {
      await call(side, 'startProcess', 'leaving');
      await call(side, 'stopProcess', 'leaving', false);
    },
    reached: async (side) => {
      await untilState(side, 'leaving', 'STOPPING');
      await untilOwnChild(side, 'leaving.pid');
    },
    finish: async (side) => {
      go(side, 'leaving.go');
      await untilState(side, 'leaving', 'STOPPED');
    },
  },
  {
    keys: 'stopsignal=TERM, INT',
    isLostAnew: true,
    sections: (side) =>
      program('signalled', {
        command: script(
          side,
          'signalled.sh',
          `trap 'touch ${side.path('signalled.term')}' TERM; trap 'exit 7' INT; touch ${side.path('signalled.up')}
while :; do sleep 0.1; done`,
        ),
        startsecs: 0,
        ...BY_HAND,
        stopsignal: 'TERM, INT',
        stopwaitsecs: 8,
      }),
    begin: async (side) => {
      await call(side, 'startProcess', 'signalled');
      await side.waitFor('its traps are set', () => existsSync(side.path('signalled.up')));
      await call(side, 'stopProcess', 'signalled', false);
      await side.waitFor('the first signal', () => existsSync(side.path('signalled.term')));
    },
    reached: async (side) => {
      expect((await infoOf(side, 'signalled')).statename).toMatch(/^STOPP/);
    },
    finish: async (side) => {
      await untilState(side, 'signalled', 'STOPPED');
      expect(side.readFile('main.log')).not.toContain("killing 'signalled'");
    },
  },
  {
    keys: 'type=oneshot',
    sections: (side) =>
      program('once', {
        command: `sh -c 'echo done >> ${side.path('once.runs')}'`,
        type: 'oneshot',
        startsecs: 1,
      }) + program('after-once', { ...SLEEP, ...BY_HAND, depends_on: 'once' }),
    reached: async (side) => {
      await untilState(side, 'once', 'EXITED');
    },
    finish: async (side, isAnew) => {
      expect((await side.ctl(['start', 'after-once'])).stdout).toBe('after-once: started\n');
      expect(side.readFile('once.runs')).toBe('done\n'.repeat(isAnew ? 2 : 1));
    },
  },
];

/** The last row, because it ends the daemon. */
export const EXIT_ON: Row = {
  keys: 'exit_on',
  sections: (side) =>
    program('fatal-worker', {
      command: `sh -c '${until(side, 'fatal-worker.go')}; exit 3'`,
      startsecs: 0,
      autorestart: 'false',
      exit_on: 'failure',
    }),
  reached: async (side) => {
    await untilState(side, 'fatal-worker', 'RUNNING');
  },
  finish: async (side) => {
    go(side, 'fatal-worker.go');
  },
};

/** How long each process has been waiting, by its name. */
export async function waitingSeconds(side: Side): Promise<ReadonlyMap<string, number>> {
  const answer = await side.rpc('visord.getGraph', []);
  const { processes } = ('result' in answer ? answer.result : {}) as {
    readonly processes: readonly { readonly name: string; readonly waiting: number }[];
  } & Json;
  return new Map(processes.map(({ name, waiting }) => [name, waiting]));
}
