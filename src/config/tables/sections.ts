/**
 * The sections of a configuration file and the table of each.
 *
 * @module
 */
import { CTL_PLUGIN_OPTIONS, SUPERVISORCTL_OPTIONS } from './client-options.ts';
import { SUPERVISORD_OPTIONS } from './daemon-options.ts';
import { FLEET_SECTION_OPTIONS } from './engine-options.ts';
import type { OptionTable } from './option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  INCLUDE_OPTIONS,
  PROGRAM_OPTIONS,
  RPC_INTERFACE_OPTIONS,
} from './program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from './server-options.ts';
import { USER_OPTIONS } from './user-options.ts';

/** A kind of section. */
export interface SectionKind {
  /** What its name begins with. */
  readonly name: string;
  /** Whether the kind is followed by a colon and the name of this one: always, never, or optionally. */
  readonly label: 'required' | 'none' | 'optional';
  readonly table: OptionTable;
  /** What the section is for, for the reference page. */
  readonly about: string;
  /** The kind whose keys it has as well. */
  readonly extends?: 'program';
  /** True where keys that are in no table are handed to a factory. */
  readonly isOpen?: true;
  /** True for a section that the reference ignores. */
  readonly isExtension?: true;
}

/** Every kind of section, in the order of the reference page. */
export const SECTION_KINDS: readonly SectionKind[] = [
  {
    name: 'supervisord',
    label: 'none',
    table: SUPERVISORD_OPTIONS,
    about: 'The daemon itself. The section is required.',
  },
  {
    name: 'unix_http_server',
    label: 'optional',
    table: UNIX_SERVER_OPTIONS,
    about:
      'An HTTP server on a unix socket, for supervisorctl, XML-RPC and the web page. Without one, and without `[inet_http_server]`, the daemon cannot be controlled.',
  },
  {
    name: 'inet_http_server',
    label: 'optional',
    table: INET_SERVER_OPTIONS,
    about:
      'An HTTP server on TCP. A client that reaches it runs programs as the user of the daemon; without `certfile` the traffic is not encrypted.',
  },
  {
    name: 'user',
    label: 'required',
    table: USER_OPTIONS,
    about:
      'A user of the HTTP servers. A server that knows a user answers no client without credentials. What the role of a user does not allow is answered with HTTP 403.',
  },
  { name: 'program', label: 'required', table: PROGRAM_OPTIONS, about: 'A program to run.' },
  {
    name: 'program-default',
    label: 'none',
    table: PROGRAM_OPTIONS,
    extends: 'program',
    isExtension: true,
    about:
      'Defaults for every `[program:x]` and `[fcgi-program:x]`. The section takes the keys of a program. supervisord ignores the section.',
  },
  {
    name: 'group',
    label: 'required',
    table: GROUP_OPTIONS,
    about:
      'Programs that are started and stopped together. A program that no group names is a group of its own.',
  },
  {
    name: 'eventlistener',
    label: 'required',
    table: EVENT_LISTENER_OPTIONS,
    extends: 'program',
    about:
      'A program that reads events on its stdin and answers on its stdout. It has the keys of a program, and these.',
  },
  {
    name: 'fcgi-program',
    label: 'required',
    table: FCGI_PROGRAM_OPTIONS,
    extends: 'program',
    about:
      'A FastCGI program, whose processes share a listening socket as their stdin. It has the keys of a program, and these.',
  },
  {
    name: 'include',
    label: 'none',
    table: INCLUDE_OPTIONS,
    about: 'Further configuration files. An included file cannot include others.',
  },
  {
    name: 'rpcinterface',
    label: 'required',
    table: RPC_INTERFACE_OPTIONS,
    about: 'Further methods of XML-RPC. All other keys of the section are passed to the factory.',
    isOpen: true,
  },
  {
    name: 'supervisorctl',
    label: 'none',
    table: SUPERVISORCTL_OPTIONS,
    about: 'How supervisorctl finds the daemon.',
  },
  {
    name: 'fleet',
    label: 'none',
    table: FLEET_SECTION_OPTIONS,
    isExtension: true,
    about:
      'Many hosts that supervisorctl, and the web page of a daemon with this section, view and control as one (docs/fleet.md). With `engine`, daemons agree where programs with `run_on` run.',
  },
  {
    name: 'ctlplugin',
    label: 'required',
    table: CTL_PLUGIN_OPTIONS,
    about: 'Further commands of supervisorctl. All other keys of the section are passed to the factory.',
    isOpen: true,
  },
];

/** The kind of a section, by its name in a file; null where there is none. */
export function sectionKind(section: string): SectionKind | null {
  return SECTION_KINDS.find((kind) => isOfKind(section, kind)) ?? null;
}

/** The reference takes any section for a server whose name begins so. */
function isOfKind(section: string, { name, label }: SectionKind): boolean {
  switch (label) {
    case 'none':
      return section === name;
    case 'required':
      return section.startsWith(`${name}:`);
    case 'optional':
      return section.startsWith(name);
  }
}
