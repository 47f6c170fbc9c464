/**
 * The sections of a configuration file and the table of each.
 *
 * @module
 */
import { CTL_PLUGIN_OPTIONS, SUPERVISORCTL_OPTIONS } from './client-options.ts';
import { INET_SERVER_OPTIONS, SUPERVISORD_OPTIONS, UNIX_SERVER_OPTIONS } from './daemon-options.ts';
import type { OptionTable } from './option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  INCLUDE_OPTIONS,
  PROGRAM_OPTIONS,
  RPC_INTERFACE_OPTIONS,
} from './program-options.ts';

/** A kind of section. */
export interface SectionKind {
  /** What its name begins with. */
  readonly name: string;
  /** Whether the kind is followed by a colon and the name of this one: always, never, or as the user likes. */
  readonly label: 'required' | 'none' | 'optional';
  readonly table: OptionTable;
  /** True where keys that are in no table are handed to a factory. */
  readonly isOpen?: true;
}

/** Every kind of section, in the order of the reference page. */
export const SECTION_KINDS: readonly SectionKind[] = [
  { name: 'supervisord', label: 'none', table: SUPERVISORD_OPTIONS },
  { name: 'unix_http_server', label: 'optional', table: UNIX_SERVER_OPTIONS },
  { name: 'inet_http_server', label: 'optional', table: INET_SERVER_OPTIONS },
  { name: 'program', label: 'required', table: PROGRAM_OPTIONS },
  { name: 'group', label: 'required', table: GROUP_OPTIONS },
  { name: 'eventlistener', label: 'required', table: EVENT_LISTENER_OPTIONS },
  { name: 'fcgi-program', label: 'required', table: FCGI_PROGRAM_OPTIONS },
  { name: 'include', label: 'none', table: INCLUDE_OPTIONS },
  { name: 'rpcinterface', label: 'required', table: RPC_INTERFACE_OPTIONS, isOpen: true },
  { name: 'supervisorctl', label: 'none', table: SUPERVISORCTL_OPTIONS },
  { name: 'ctlplugin', label: 'required', table: CTL_PLUGIN_OPTIONS, isOpen: true },
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
