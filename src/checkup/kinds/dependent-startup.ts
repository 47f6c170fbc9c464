/**
 * The keys of the Python listener supervisord-dependent-startup, and what visord has in their place. A service of its
 * starts when every entry of `dependent_startup_wait_for` has reached one of its states.
 *
 * @module
 */
import { boolean } from '../../config/tables/values.ts';
import { words } from '../../python/text.ts';
import type { FindingKind, Found } from '../finding.ts';
import { knownSections, programsOf, type Subject } from '../subject.ts';

const SWITCH = 'dependent_startup';
const WAIT_FOR = 'dependent_startup_wait_for';
const INHERIT = 'dependent_startup_inherit_priority';
const KEYS: ReadonlySet<string> = new Set([SWITCH, WAIT_FOR, INHERIT]);

/** Its states, and the conditions that are met when a process has reached them. */
const CONDITIONS: Readonly<Record<string, string>> = {
  STARTING: 'started',
  RUNNING: 'running',
  EXITED: 'exited',
};

export const DEPENDENT_STARTUP: readonly FindingKind[] = [
  {
    id: 'dependent-startup',
    severity: 'note',
    looksFor: 'The keys of supervisord-dependent-startup, with the `depends_on` that means the same.',
    docs: 'starting-and-stopping.md#dependencies',
    advises: ['program.depends_on'],
    find: function* (subject) {
      for (const { section, kind, texts } of knownSections(subject)) {
        if (kind === 'program' && [...KEYS].some((key) => texts.has(key))) {
          yield translate(subject, section, texts);
        }
      }
    },
  },
  {
    id: 'dependent-startup-listener',
    severity: 'note',
    looksFor: 'The listener of supervisord-dependent-startup, which is not needed beside `depends_on`.',
    docs: 'starting-and-stopping.md#dependencies',
    advises: ['program.depends_on'],
    find: function* (subject) {
      for (const { section, processes } of programsOf(subject)) {
        const command = processes[0]?.command ?? '';
        if (section.startsWith('eventlistener:') && /dependent[-_]startup/.test(command)) {
          yield {
            section,
            key: 'command',
            message:
              'The listener works with visord. It can be left out when all its programs have depends_on in place of its keys.',
          };
        }
      }
    },
  },
];

export function isDependentStartupKey(key: string): boolean {
  return KEYS.has(key);
}

function translate(subject: Subject, section: string, texts: ReadonlyMap<string, string>): Found {
  const { entries, problems } = entriesOf(subject, texts.get(WAIT_FOR) ?? '');
  const isHandled = isTrue(texts.get(SWITCH)) && isFalse(texts.get('autostart'));
  const advice = [
    ...(isHandled ? ['autostart=true'] : []),
    ...(entries.length > 0 ? [`depends_on=${entries.join(', ')}`] : []),
  ];
  const key = texts.has(WAIT_FOR) ? WAIT_FOR : ([...KEYS].find((one) => texts.has(one)) ?? SWITCH);
  const reason = isHandled
    ? `These lines in place of ${[...KEYS].filter((one) => texts.has(one)).join(', ')} and autostart=false do the same without the listener.`
    : `The listener does not start this program: it needs ${SWITCH}=true and autostart=false.`;
  return { section, key, message: [reason, ...problems].join(' '), advice };
}

interface Translation {
  readonly entries: readonly string[];
  /** Sentences about entries that cannot be translated. */
  readonly problems: readonly string[];
}

/** `a b:exited c:running,exited`: blanks between services, commas between states of which one is enough. */
function entriesOf({ source }: Subject, text: string): Translation {
  const entries: string[] = [];
  const problems: string[] = [];
  for (const word of words(text)) {
    const [service = '', states] = word.split(':');
    const wanted = [...new Set((states ?? 'RUNNING').toUpperCase().split(','))];
    const condition = CONDITIONS[wanted[0] ?? ''];
    if (!source.sections.has(`program:${service}`)) {
      problems.push(`The listener ignores ${word}: there is no program of that name.`);
    } else if (wanted.length > 1) {
      problems.push(`${word} waits for one of several states, which depends_on cannot express.`);
    } else if (condition === undefined) {
      problems.push(`${word} waits for a state that depends_on does not have.`);
    } else {
      entries.push(`${service}:${condition}`);
    }
  }
  return { entries, problems };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && booleanOf(text) === true;
}

function isFalse(text: string | undefined): boolean {
  return text !== undefined && booleanOf(text) === false;
}

/** Null for a text that is not a boolean. */
function booleanOf(text: string): boolean | null {
  try {
    return boolean.parse(text, NO_HOST);
  } catch {
    return null;
  }
}

const NO_HOST = {
  users: { userByName: none, userById: none, groupByName: none, groupById: none },
  environment: {},
};

function none(): null {
  return null;
}
