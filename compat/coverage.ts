/**
 * Finds which scenario observes which part of the surface, from the tables of the surface, and from what each
 * scenario sent to the daemon and saw of it.
 *
 * @module
 */

import { DAEMON_FLAGS } from '../src/bin/supervisord-flags.ts';
import { MAIN_RPC_FACTORY } from '../src/config/sections/rpc-interfaces.ts';
import { SUPERVISORCTL_OPTIONS } from '../src/config/tables/client-options.ts';
import { SUPERVISORD_OPTIONS } from '../src/config/tables/daemon-options.ts';
import { EVENT_PARENTS, type EventType, isStockEventType } from '../src/config/tables/event-types.ts';
import type { OptionTable } from '../src/config/tables/option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  INCLUDE_OPTIONS,
  PROGRAM_OPTIONS,
  RPC_INTERFACE_OPTIONS,
} from '../src/config/tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../src/config/tables/server-options.ts';
import { COMMANDS } from '../src/ctl/commands/table.ts';
import { FAULT_CODES } from '../src/rpc/faults.ts';
import { NAMESPACES } from '../src/rpc/namespaces.ts';

/** One part of the surface, and how to find its use in what a scenario sends or sees. */
export interface SurfaceItem {
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether seeing it counts, as for an event; keys and methods have to be used. */
  readonly mayBeSeen: boolean;
}

/** What a scenario sent to the daemon (files, command lines, calls, scripts: one text each), and what it saw of it. */
export interface Transcript {
  readonly sent: readonly string[];
  readonly seen: string;
}

export interface Surface {
  readonly title: string;
  readonly items: readonly SurfaceItem[];
}

/** The commands of the stock client. */
const STOCK_COMMANDS = COMMANDS.filter(({ isStock }) => isStock).map(({ name }) => name);

/** The reference's lines in the main log, by their beginning or a part of them. */
const MESSAGES = [
  'Supervisor is running as root',
  'Included extra file',
  'RPC interface',
  'running without any HTTP authentication checking',
  'daemonizing the supervisord process',
  'supervisord started with pid',
  'spawned: ',
  'entered RUNNING state, process has stayed up for > than',
  'exited: ',
  'gave up: ',
  'stopped: ',
  'spawnerr: ',
  'with SIGKILL',
  'waiting for ',
  'to die',
  'received SIGTERM indicating exit request',
  'received SIGINT indicating exit request',
  'received SIGQUIT indicating exit request',
  'received SIGHUP indicating restart request',
  'received SIGUSR2 indicating log reopen request',
  'supervisord logreopen',
  'reopening log file',
  'reaped unknown pid',
  'could not write pidfile',
  'event buffer overflowed, discarding event',
  'event was rejected',
  'bad result line',
  'has entered the UNKNOWN state and will no longer receive events',
  'emitted a comm event',
] as const;

/** Every part of the reference's interface, from the tables: what it does not have cannot be compared. */
export function surfaces(): readonly Surface[] {
  return [
    keys(['unix_http_server'], UNIX_SERVER_OPTIONS),
    keys(['inet_http_server'], INET_SERVER_OPTIONS),
    keys(['supervisord'], SUPERVISORD_OPTIONS),
    keys(['supervisorctl'], SUPERVISORCTL_OPTIONS),
    keys(['program:x', 'eventlistener:x', 'fcgi-program:x'], PROGRAM_OPTIONS),
    keys(['group:x'], GROUP_OPTIONS),
    keys(['eventlistener:x'], withoutProgramKeys(EVENT_LISTENER_OPTIONS)),
    keys(['fcgi-program:x'], withoutProgramKeys(FCGI_PROGRAM_OPTIONS)),
    keys(['include'], INCLUDE_OPTIONS),
    keys(['rpcinterface:x'], RPC_INTERFACE_OPTIONS),
    {
      title: 'Flags of supervisord',
      items: DAEMON_FLAGS.map(({ short, long }) => ({
        name: short === null ? `--${long}` : `-${short}, --${long}`,
        pattern: new RegExp(
          `\\bsupervisord (?:.* )?(?:--${long}${short === null ? '' : `|-${short}`})(?:$|[\\s=])`,
          'm',
        ),
        mayBeSeen: false,
      })),
    },
    words('XML-RPC methods', methodNames(), false),
    {
      title: 'Faults',
      items: Object.entries(FAULT_CODES).map(([name, code]) => ({
        name,
        pattern: new RegExp(`\\b${name}\\b|"(?:fault|status)":${code}\\b`),
        mayBeSeen: true,
      })),
    },
    words('Event types', (Object.keys(EVENT_PARENTS) as EventType[]).filter(isStockEventType), true),
    {
      title: 'Commands of supervisorctl',
      items: STOCK_COMMANDS.map((name) => ({
        name,
        pattern: new RegExp(`^supervisorctl (.* )?${name}( |$)`, 'm'),
        mayBeSeen: false,
      })),
    },
    {
      title: 'Lines of the main log',
      items: MESSAGES.map((name) => ({
        name: name.trim(),
        pattern: new RegExp(literal(name)),
        mayBeSeen: true,
      })),
    },
  ];
}

/** Which of the scenarios show an item; the transcripts are by scenario. */
export function scenariosThatShow(
  { pattern, mayBeSeen }: SurfaceItem,
  transcripts: ReadonlyMap<string, Transcript>,
): readonly string[] {
  return [...transcripts]
    .filter(
      ([, { sent, seen }]) => sent.some((text) => pattern.test(text)) || (mayBeSeen && pattern.test(seen)),
    )
    .map(([name]) => name);
}

function methodNames(): readonly string[] {
  return NAMESPACES.filter(({ factory }) => factory === null || factory === MAIN_RPC_FACTORY)
    .filter(({ name }) => name !== 'visord')
    .flatMap(({ name, methods }) => methods.map((method) => `${name}.${method.name}`))
    .sort();
}

/** A key counts if one of the sections has it; `x` stands for any name. */
function keys(sections: readonly string[], table: OptionTable): Surface {
  const heads = sections.map((section) => literal(section).replace(/:x$/, ':[^\\]\\n]*')).join('|');
  return {
    title: `Keys of ${sections.map((section) => `[${section}]`).join(', ')}`,
    items: Object.entries(table)
      .filter(([, { isExtension }]) => !isExtension)
      .map(([name]) => ({
        name,
        pattern: new RegExp(`^ *\\[(?:${heads})\\].*\\n(?:(?! *\\[).*\\n)*? *${literal(name)} *[=:]`, 'm'),
        mayBeSeen: false,
      })),
  };
}

/** What a section has beside the keys of a program. */
function withoutProgramKeys(table: OptionTable): OptionTable {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !(name in PROGRAM_OPTIONS)));
}

function words(title: string, names: readonly string[], mayBeSeen: boolean): Surface {
  const items = names.map((name) => ({ name, pattern: new RegExp(`\\b${literal(name)}\\b`), mayBeSeen }));
  return { title, items };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
