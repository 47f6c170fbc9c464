/**
 * `visord healthcheck`: the health of the daemon as an exit status, for `HEALTHCHECK` of an image.
 *
 * @module
 */
import type { HealthAnswer } from '../../ctl/wire/health-request.ts';
import type { VisordCall, VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

/** Docker knows 0 and 1 only. */
const UNHEALTHY = 1;
const USAGE = 2;

const OK = 200;
const UNAVAILABLE = 503;

export const healthcheck: VisordCommand = {
  name: 'healthcheck',
  arguments: [],
  options: [
    {
      usage: '-c, --configuration <file>',
      help: 'The configuration with [supervisorctl]; if not given, it is searched for where supervisorctl does.',
      since: '0.2.0',
    },
    {
      usage: '-s, --serverurl <url>',
      help: 'The address of the daemon, in place of the one in the configuration.',
      since: '0.2.0',
    },
    { usage: '--group <name>', help: 'Only the processes of this group.', since: '0.2.0' },
    { usage: '--process <name>', help: 'Only this process, which has to be RUNNING.', since: '0.2.0' },
    {
      usage: '--timeout <seconds>',
      help: 'Seconds to wait for the answer, 5 if not given.',
      since: '0.2.0',
    },
  ],
  summary: 'Exits with 0 if no program is in trouble, and else with 1.',
  details: [
    'Requests /healthz from the server that supervisorctl uses, which may be a unix socket. The processes in trouble are printed with their states.',
  ],
  exits: { [UNHEALTHY]: 'A process is in trouble, the daemon is about to end, or it does not answer.' },
  since: '0.2.0',
  run: async (call) => {
    const seconds = Number(call.options.timeout ?? 5);
    if (!(seconds > 0)) {
      printError('--timeout is a number of seconds');
      return USAGE;
    }
    try {
      return report(await answerOf(call, seconds * 1000));
    } catch (error) {
      printError((error as Error).message);
      return UNHEALTHY;
    }
  },
};

async function answerOf({ options }: VisordCall, limitMs: number): Promise<HealthAnswer> {
  const { DEFAULT_SETTINGS, findConfigFile, readClientSettings } = await import('../../ctl/settings.ts');
  const { parseServerUrl } = await import('../../ctl/wire/server-url.ts');
  const { requestHealth } = await import('../../ctl/wire/health-request.ts');
  const { calledAs, inheritedEnvironment } = await import('../../io/inherited.ts');
  const url = textOf(options.serverurl);
  const file = textOf(options.configuration) ?? (url === null ? findConfigFile(calledAs()) : null);
  const settings = file === null ? DEFAULT_SETTINGS : await readClientSettings(file, inheritedEnvironment());
  const { caFile, certFile, keyFile, username, password } = settings;
  return requestHealth({
    target: parseServerUrl(url ?? settings.serverUrl),
    tls: { caFile, certFile, keyFile },
    username,
    password,
    group: textOf(options.group),
    process: textOf(options.process),
    limitMs,
  });
}

interface HealthBody {
  readonly status: string;
  readonly daemon: string;
  /** The daemon has not started all programs yet; left out otherwise. */
  readonly starting?: boolean;
  readonly processes: readonly { group: string; name: string; state: string; healthy?: boolean }[];
}

/** Prints the answer; the result is the exit code. */
function report({ status, body }: HealthAnswer): number {
  if (status !== OK && status !== UNAVAILABLE) {
    printError(STATUSES[status] ?? `the server answers with status ${status}`);
    return UNHEALTHY;
  }
  const { status: health, daemon, starting, processes } = JSON.parse(body) as HealthBody;
  printText(`${health}\n`);
  if (daemon !== 'RUNNING') printText(`the daemon is in the state ${daemon}\n`);
  if (starting === true) printText('the daemon starts its programs\n');
  for (const { group, name, state, healthy } of processes) {
    printText(
      `${group === name ? name : `${group}:${name}`} ${state}${healthy === false ? ', unhealthy' : ''}\n`,
    );
  }
  return status === OK ? 0 : UNHEALTHY;
}

const STATUSES: Readonly<Record<number, string>> = {
  401: 'the server requires a user name and a password: set them in [supervisorctl], or healthz = public',
  404: 'the group or the process does not exist',
};

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
