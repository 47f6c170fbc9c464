/**
 * `quickstart`, `quickstop`, `quickrestart`: everything that matches at the same time, without waiting for startsecs.
 *
 * Source: the published behaviour of the add-on supervisor-quick (its README, release 0.1.5).
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { words } from '../../config/python-text.ts';
import { ConfigError } from '../../config/types.ts';
import { type Command, lines } from '../commands/command.ts';
import { EXIT } from '../exit-status.ts';
import { globToRegExp } from '../patterns.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../trouble.ts';
import type { ControlPlugin, ControlPluginConfig } from './plugin.ts';

/** How often a state is looked at before the last one is taken as the outcome. */
const DEFAULT_RETRIES = 30;
const PAUSE_MS = 100;

type Verb = 'start' | 'stop';

const AIMS = { start: 'RUNNING', stop: 'STOPPED' } as const;

/** @throws ConfigError when `retries` is no number */
export function quickPlugin({ section, options }: ControlPluginConfig): ControlPlugin {
  const retries = readRetries(options.retries, section);
  const quick = (...verbs: readonly Verb[]) => {
    return async (session: Session, argument: string): Promise<undefined> => {
      for (const verb of verbs) await doQuickly(session, verb, argument, retries);
    };
  };
  return {
    name: 'quick',
    commands: [
      command('quickrestart', 'Restart', quick('stop', 'start')),
      command('quickstart', 'Start', quick('start')),
      command('quickstop', 'Stop', quick('stop')),
    ],
  };
}

function readRetries(text: string | undefined, section: string): number {
  if (text === undefined) return DEFAULT_RETRIES;
  if (!/^\d+$/.test(text)) throw new ConfigError(`retries=${text} in [${section}] is not a number of tries`);
  return Number(text);
}

function command(name: string, verb: string, run: Command['run']): Command {
  return {
    name,
    help: lines(
      `${name} <gname>:<name>\t${verb} a process without waiting for it`,
      `${name} <gname>:\t\t${verb} all processes of a group at the same time`,
      `${name} <pattern>\t${verb} every process whose group:name matches`,
      `${name} all\t\t${verb} all processes at the same time`,
    ),
    completes: 'processes',
    run,
  };
}

async function doQuickly(session: Session, verb: Verb, argument: string, retries: number): Promise<void> {
  const patterns = words(argument).map(patternOf);
  const infos = patterns.length === 0 ? [] : await session.supervisor.getAllProcessInfo();
  const names = infos
    .map(({ group, name }) => `${group}:${name}`)
    .filter((name) => patterns.some((pattern) => pattern.test(name)));
  if (names.length === 0) session.say('No process matched given expression.');
  await Promise.all(names.map((name) => doOne(session, verb, name, retries)));
}

/** A name that ends with a colon is all of its group. */
function patternOf(word: string): RegExp {
  if (word === 'all') return globToRegExp('*');
  return globToRegExp(word.endsWith(':') ? `${word}*` : word);
}

async function doOne(session: Session, verb: Verb, name: string, retries: number): Promise<void> {
  const { supervisor } = session;
  try {
    await (verb === 'start' ? supervisor.startProcess(name, false) : supervisor.stopProcess(name, false));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    session.fail(`${name} ERROR(${error.message.split(':')[0]})`, EXIT.generic);
    return;
  }
  let state = '';
  for (let tries = 0; tries < Math.max(1, retries); tries += 1) {
    if (tries > 0) await delay(PAUSE_MS);
    state = (await supervisor.getProcessInfo(name)).statename;
    if (state === AIMS[verb]) break;
  }
  session.say(`${name}: ${state}`);
}
