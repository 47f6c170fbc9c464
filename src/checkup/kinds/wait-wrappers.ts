/**
 * Commands that wait before they start the program: a pause, or a loop until a port answers.
 *
 * @module
 */
import { basename } from 'node:path';
import type { FindingKind, Found } from '../finding.ts';
import { inlineScript, wordsOf } from '../reading/script.ts';
import { commandsOf, programsOf, type Subject } from '../subject.ts';

export const WAIT_WRAPPERS: FindingKind = {
  id: 'wait-wrapper',
  severity: 'note',
  looksFor:
    'A command that waits before it starts the program (`sleep`, `wait-for-it`, `dockerize -wait`, a loop of `nc -z`): `depends_on` and a readiness check do that.',
  docs: 'health-checks.md',
  advises: ['program.depends_on', 'program.readiness_check_script', 'program.pre_start_hook'],
  find: wrappers,
};

/** What a wrapper waits for; null for a time. */
type Target =
  | { readonly kind: 'time'; readonly seconds: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: string }
  | { readonly kind: 'check'; readonly script: string };

interface Wrapper {
  readonly targets: readonly Target[];
  /** The program itself; null where it cannot be cut out. */
  readonly command: string | null;
}

function* wrappers(subject: Subject): Iterable<Found> {
  for (const { program, command } of commandsOf(subject)) {
    const wrapper = wrapperOf(command);
    if (wrapper !== null) {
      yield describe(subject, program.section, wrapper);
    }
  }
}

/** Longer commands are not looked at: the time that the patterns take grows faster than the text. */
const MAX_CHARACTERS = 4096;

/** The wrapper that a command is; null for other commands. */
export function wrapperOf(command: string): Wrapper | null {
  if (command.length > MAX_CHARACTERS) {
    return null;
  }
  const argv = wordsOf(command);
  const script = inlineScript(argv);
  return script === null ? commandWrapper(argv) : scriptWrapper(script);
}

/** `wait-for-it.sh db:5432 -t 30 -- web`, `wait-for db:5432 -- web`, `dockerize -wait tcp://db:5432 web`. */
function commandWrapper(argv: readonly string[]): Wrapper | null {
  const at = argv.findIndex((word) =>
    /^(?:wait-for(?:-it)?(?:\.sh)?|wait4x|dockerize)$/.test(basename(word)),
  );
  if (at < 0 || at > 1) {
    return null;
  }
  const rest = argv.slice(at + 1);
  const end = rest.indexOf('--');
  const options = end < 0 ? rest : rest.slice(0, end);
  const isDockerize = basename(argv[at] ?? '') === 'dockerize';
  const targets = options.flatMap((word) => targetOf(word, isDockerize));
  const behind = end < 0 ? (isDockerize ? behindOptions(rest) : []) : rest.slice(end + 1);
  return targets.length === 0 ? null : { targets, command: behind.length === 0 ? null : quoted(behind) };
}

function targetOf(word: string, isDockerize: boolean): Target[] {
  const [, scheme = '', rest = word] = /^(tcp4?|tcp6|https?):\/\/(.*)$/.exec(word) ?? [];
  if (scheme.startsWith('http')) {
    return scheme === 'http' ? [{ kind: 'check', script: word }] : [];
  }
  const [, host = '', port] = /^(?:--host=)?([\w.-]*|\[[\da-f:]+\]):(\d+)$/i.exec(rest) ?? [];
  return port === undefined || (isDockerize && scheme === '') ? [] : [{ kind: 'tcp', host, port }];
}

/** The words behind the options of dockerize, each of which may have a value. */
function behindOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) {
    at += words[at]?.includes('=') ? 1 : 2;
  }
  return words.slice(at);
}

/** `sleep 5 && exec web`, `until nc -z db 5432; do sleep 1; done; exec web`. */
function scriptWrapper(script: string): Wrapper | null {
  const [, seconds, afterPause] = /^\s*sleep\s+([\d.]+[smh]?)\s*(?:&&|;)\s*(.+)$/s.exec(script) ?? [];
  if (seconds !== undefined && afterPause !== undefined) {
    return { targets: [{ kind: 'time', seconds }], command: commandIn(afterPause) };
  }
  const loop = /^\s*(?:until|while\s+!)\s+(.+?)\s*;\s*do\b.*?\bdone\s*(?:;|&&)\s*(.+)$/s.exec(script);
  if (loop !== null) {
    const [, check = '', afterLoop = ''] = loop;
    return { targets: [targetOfCheck(check)], command: commandIn(afterLoop) };
  }
  const [first = '', ...others] = script.split('&&');
  const wrapper = others.length === 0 ? null : commandWrapper(wordsOf(first));
  return wrapper === null ? null : { ...wrapper, command: commandIn(others.join('&&')) };
}

function targetOfCheck(check: string): Target {
  const plain = check
    .replace(/\d?>{1,2}\s*\S+|&>\s*\S+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const [, host, port] =
    /\bnc\b(?:\s+-\S+(?:\s+\d+(?=\s+-|\s+\S+\s+\d))?)*\s+([\w.:-]+)\s+(\d+)/.exec(check) ??
    /\/dev\/tcp\/([^/\s]+)\/(\d+)/.exec(check) ??
    [];
  return host !== undefined && port !== undefined
    ? { kind: 'tcp', host, port }
    : { kind: 'check', script: plain };
}

/** Null for what needs a shell: more than one command, variables, patterns. */
function commandIn(script: string): string | null {
  const text = script.trim().replace(/^exec\s+/, '');
  const bare = text.replace(/'[^']*'|"(?:\\.|[^"\\$`])*"/gs, '');
  return /[;&|<>$`(){}*?~\n]/.test(bare) ? null : text;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function describe(subject: Subject, section: string, { targets, command }: Wrapper): Found {
  const lines = command === null ? [] : [`command=${command}`];
  const others: string[] = [];
  const sentences: string[] = [];
  for (const target of targets) {
    if (target.kind === 'time') {
      sentences.push(`The command waits ${target.seconds} s before it starts the program.`);
      lines.push('depends_on=NAME');
      others.push('; in the section of what it waits for:', 'readiness_check_script=tcp://127.0.0.1:PORT');
      continue;
    }
    const probe =
      target.kind === 'tcp' ? `tcp://${target.host || '127.0.0.1'}:${target.port}` : target.script;
    sentences.push(`The command waits for ${probe} before it starts the program.`);
    const server = serverFor(subject, section, target);
    if (server === null && target.kind === 'tcp' && !isHere(target.host)) {
      sentences.push('No program of this file listens there: a pre_start_hook can wait for another machine.');
      lines.push(`pre_start_hook=sh -c "until nc -z ${target.host} ${target.port}; do sleep 1; done"`);
      continue;
    }
    lines.push(`depends_on=${server ?? 'NAME'}`);
    others.push(
      server === null ? '; in the section of what it waits for:' : `[program:${server}]`,
      `readiness_check_script=${probe}`,
    );
  }
  return {
    section,
    key: 'command',
    message: `${sentences.join(' ')} depends_on waits without a wrapper, and status shows for what.`,
    advice: [...lines, ...others],
  };
}

function isHere(host: string): boolean {
  return /^(?:|localhost|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0)$/.test(host);
}

/** Commands that usually listen on a port. */
const SERVERS: Readonly<Record<string, RegExp>> = {
  3306: /mysql|maria/,
  5432: /postgres|pg_ctl/,
  5672: /rabbit/,
  6379: /redis|valkey/,
  9200: /elastic|opensearch/,
  11211: /memcached/,
  27017: /mongo/,
};

/** The one other program that looks as if it listened there. */
function serverFor(subject: Subject, section: string, target: Target): string | null {
  if (target.kind !== 'tcp') {
    return null;
  }
  const usual = SERVERS[target.port];
  const candidates = [...programsOf(subject)].filter(
    (program) =>
      program.section !== section &&
      program.section.startsWith('program:') &&
      program.processes.some(
        ({ command }) =>
          wrapperOf(command) === null &&
          (usual?.test(command) || new RegExp(`\\b${target.port}\\b`).test(command)),
      ),
  );
  return candidates.length === 1 ? (candidates[0]?.name ?? null) : null;
}
