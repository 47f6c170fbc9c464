/**
 * What a configuration uses that behaves differently from supervisord, by the catalogue.
 *
 * @module
 */
import { DIFFERENCES, type DifferenceId } from '../catalogue/table.ts';
import type { FindingKind } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

/** Where a configuration uses what differs. */
interface Use {
  readonly section: string | null;
  readonly key: string | null;
}

export const USED_DIFFERENCES: FindingKind = {
  id: 'difference',
  severity: 'note',
  looksFor:
    'What the file uses that behaves differently from supervisord; the finding names the id of the catalogue.',
  docs: 'differences.md',
  find: function* (subject) {
    for (const [id, usesIn] of Object.entries(USES) as [DifferenceId, Uses][]) {
      const { supervisord, visord } = DIFFERENCES[id];
      for (const use of usesIn(subject)) {
        yield { ...use, message: `${id}. In supervisord: ${supervisord} In visord: ${visord}` };
      }
    }
  },
};

type Uses = (subject: Subject) => Iterable<Use>;

const USES: Partial<Record<DifferenceId, Uses>> = {
  'ipv6-address': ({ config }) =>
    (config?.servers ?? [])
      .filter((server) => server.kind === 'inet' && server.host.includes(':'))
      .map(({ section }) => ({ section, key: 'port' })),
  'fcgi-all-addresses': (subject) =>
    texts(subject, /^fcgi-program:/, 'socket').filter(({ text }) => text.startsWith('tcp://*:')),
  'fcgi-socket-in-group': (subject) =>
    [...programsOf(subject)]
      .filter(({ section, isMember }) => isMember && section.startsWith('fcgi-program:'))
      .map(({ section }) => ({ section, key: 'socket' })),
  'fcgi-socket-settings': (subject) =>
    ['socket_owner', 'socket_mode', 'socket_backlog'].flatMap((key) => texts(subject, /^fcgi-program:/, key)),
  'empty-log-name': (subject) =>
    ['stdout_logfile', 'stderr_logfile']
      .flatMap((key) => texts(subject, PROGRAM, key))
      .filter(({ text }) => text === ''),
  'process-twice-in-group': ({ config }) =>
    (config?.groups ?? [])
      .filter(({ processes }) => new Set(processes.map(({ name }) => name)).size < processes.length)
      .map(({ name }) => ({ section: `group:${name}`, key: 'programs' })),
  'number-above-32-bits': (subject) =>
    ['priority', 'stdout_logfile_maxbytes', 'stderr_logfile_maxbytes']
      .flatMap((key) => texts(subject, PROGRAM, key))
      .filter(({ text }) => isLarge(text)),
  'endless-startretries': (subject) =>
    texts(subject, PROGRAM, 'startretries').filter(({ text }) => /^\s*-\d/.test(text)),
  'several-stop-signals': (subject) =>
    texts(subject, PROGRAM, 'stopsignal').filter(({ text }) => text.includes(',')),
  'growing-variable': (subject) =>
    texts(subject, /^supervisord$/, 'environment').filter(({ text }) =>
      /(?:^|,)\s*(\w+)\s*=[^,]*%\(ENV_\1\)s/.test(text),
    ),
  'supervisord-environment-percent': (subject) =>
    texts(subject, /^supervisord$/, 'environment').filter(({ text }) => text.includes('%%')),
  'nameless-conversion-order': (subject) =>
    [...subject.source.sections].flatMap(([section, keys]) =>
      [...keys]
        .filter(([, text]) => /(?:^|[^%])(?:%%)*%[-+#0]*\s/.test(text))
        .map(([key]) => ({ section, key })),
    ),
  'byte-order-mark': ({ texts: files }) =>
    [...files.values()].some((text) => text.startsWith('\ufeff')) ? [{ section: null, key: null }] : [],
  'capture-tail': (subject) =>
    ['stdout_capture_maxbytes', 'stderr_capture_maxbytes'].flatMap((key) => texts(subject, PROGRAM, key)),
  'strip-ansi-between-reads': ({ config }) =>
    config?.daemon.stripAnsi ? [{ section: 'supervisord', key: 'strip_ansi' }] : [],
  'syslog-lines': (subject) =>
    [...programsOf(subject)].flatMap(({ section, processes: [process] }) =>
      (['stdout', 'stderr'] as const)
        .filter((name) => process?.[name].syslog)
        .map((name) => ({ section, key: `${name}_syslog` })),
    ),
  'stdout-of-user': (subject) =>
    [...programsOf(subject)]
      .filter(({ processes }) =>
        processes.some(
          ({ uid, command }) => uid !== null && /\/dev\/(?:stdout|stderr|fd\/[12])\b/.test(command),
        ),
      )
      .map(({ section }) => ({ section, key: 'command' })),
  'last-stop-event': listenersTo('PROCESS_STATE_STOPPED'),
  'refused-event': ({ config }) => {
    const pools = (config?.groups ?? []).filter(({ pool }) => pool !== undefined);
    return pools
      .filter(({ name, priority }) => pools.some((pool) => pool.name !== name && pool.priority === priority))
      .map(({ name }) => ({ section: `eventlistener:${name}`, key: null }));
  },
};

const PROGRAM = /^(?:program|fcgi-program|eventlistener):/;

/** The sections that have the key, with its text. */
function texts(
  { source }: Subject,
  sections: RegExp,
  key: string,
): { section: string; key: string; text: string }[] {
  return [...source.sections].flatMap(([section, keys]) => {
    const text = sections.test(section) ? keys.get(key) : undefined;
    return text === undefined ? [] : [{ section, key, text }];
  });
}

function listenersTo(type: string): Uses {
  return ({ config }) =>
    (config?.groups ?? [])
      .filter(({ pool }) =>
        (pool?.events as readonly string[] | undefined)?.some((one) => type.startsWith(one)),
      )
      .map(({ name }) => ({ section: `eventlistener:${name}`, key: 'events' }));
}

function isLarge(text: string): boolean {
  const [, digits, unit = ''] = /^\s*[-+]?(\d+)\s*([kmg]b)?\s*$/i.exec(text) ?? [];
  const factor = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return digits !== undefined && Number(digits) * factor > 2 ** 31 - 1;
}
