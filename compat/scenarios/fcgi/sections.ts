/**
 * `[fcgi-program:x]` sections of every kind, read again by a daemon that runs.
 *
 * @module
 */
import type { Json, Scenario, Side } from '../../scenario.ts';
import { resultOf } from '../support/calls.ts';

const UNIX = 'socket=unix:///tmp/%(program_name)s.sock';

/** The keys of a program `x` whose command is there. */
const KEYS: readonly string[] = [
  UNIX,
  'socket=unix://%(here)s/../x.sock',
  'socket=unix:///tmp/%(ENV_HOME)s/x.sock',
  'socket=unix:///tmp/%(group_name)s.sock',
  'socket=unix://relative',
  'socket=unix://',
  'socket=tcp://localhost:9002',
  'socket=tcp://LOCALHOST:9002',
  'socket=tcp://127.0.0.1:0',
  'socket=tcp://127.0.0.1:65536',
  'socket=tcp://127.0.0.1',
  'socket=tcp://:9002',
  'socket=tcp://127.0.0.1:http',
  'socket=TCP://127.0.0.1:9002',
  'socket=127.0.0.1:9002',
  'socket=',
  '',
  'socket=tcp://localhost:9002\nsocket_owner=root',
  'socket=tcp://localhost:9002\nsocket_mode=0777',
  `${UNIX}\nsocket_owner=root`,
  `${UNIX}\nsocket_owner=root:root`,
  `${UNIX}\nsocket_owner=0:0`,
  `${UNIX}\nsocket_owner=nobody-there`,
  `${UNIX}\nsocket_owner=root:nobody-there`,
  `${UNIX}\nsocket_mode=0666`,
  `${UNIX}\nsocket_mode=rw`,
  `${UNIX}\nsocket_mode=9`,
  `${UNIX}\nsocket_backlog=1`,
  `${UNIX}\nsocket_backlog=65535`,
  `${UNIX}\nsocket_backlog=0`,
  `${UNIX}\nsocket_backlog=65536`,
  `${UNIX}\nsocket_backlog=-1`,
  `${UNIX}\nsocket_backlog=some`,
  `${UNIX}\nuser=nobody-there`,
  `${UNIX}\npriority=high`,
  `${UNIX}\nstartsecs=long`,
  `${UNIX}\nnumprocs=2`,
  `${UNIX}\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d`,
];

/** Whole files. */
const FILES: Readonly<Record<string, string>> = {
  'no command': `[fcgi-program:x]\n${UNIX}\n`,
  'a bad name': `[fcgi-program:a b]\ncommand=/bin/cat\n${UNIX}\n`,
  'a group of two kinds': `[group:g]\nprograms=x,y\n[fcgi-program:x]\ncommand=/bin/cat\n${UNIX}\n[program:y]\ncommand=/bin/cat\n`,
  'a group with one without a socket': '[group:g]\nprograms=x\n[fcgi-program:x]\ncommand=/bin/cat\n',
  'a group with one whose socket is wrong':
    '[group:g]\nprograms=x\n[fcgi-program:x]\ncommand=/bin/cat\nsocket=nonsense\n',
  'a group with an ambiguous name': `[group:g]\nprograms=x\n[fcgi-program:x]\ncommand=/bin/cat\n${UNIX}\n[program:x]\ncommand=/bin/cat\n`,
  'a program of the same name': `[fcgi-program:x]\ncommand=/bin/cat\n${UNIX}\n[program:x]\ncommand=/bin/cat\n`,
};

export const fcgiSections: Scenario = {
  name: 'fcgi-sections',
  title: 'what the sections of FastCGI programs may say',
  differences: ['fcgi-address-error', 'fcgi-socket-in-group'],
  run: async (side) => {
    side.writeFile('supervisord.conf', side.preamble);
    await side.start();
    for (const keys of KEYS) {
      await observeReread(side, keys, `[fcgi-program:x]\ncommand=/bin/cat\nautostart=false\n${keys}\n`);
    }
    for (const [what, text] of Object.entries(FILES)) await observeReread(side, what, text);
  },
};

async function observeReread(side: Side, what: string, text: string): Promise<void> {
  side.writeFile('supervisord.conf', side.preamble + text);
  const changes = await side.rpc('supervisor.reloadConfig');
  // The names that could have been used are those of the environment too, which are not looked at here.
  side.observe(
    `${what}: changes`,
    'text' in changes ? { ...changes, text: changes.text.replaceAll(/ENV_\w+, /g, '') } : { ...changes },
  );
  side.observe(what, 'result' in changes ? await understood(side) : null);
}

/** The configuration of every process, without a key that the older reference does not report. */
async function understood(side: Side): Promise<Json> {
  const infos = await resultOf(side, 'getAllConfigInfo');
  if (!Array.isArray(infos)) return infos;
  return infos.map(({ autorestart: _, ...info }) => info);
}
