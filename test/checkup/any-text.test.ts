/** Whatever a file contains, a check ends with findings. */

import { expect, test } from 'vitest';
import { rowsOf } from '../../src/config/tables/record.ts';
import { SECTION_KINDS } from '../../src/config/tables/sections.ts';
import { fc } from '../properties.ts';
import { checkFile } from './support.ts';

const KINDS = SECTION_KINDS.map(({ name }) => name);
const KEYS = [...new Set(SECTION_KINDS.flatMap(({ table }) => rowsOf(table).map(({ key }) => key)))];
const WORDS = [
  'sh -c "sleep 5 && exec web"',
  'wait-for-it.sh db:5432 -- web',
  'sh -c "until nc -z db 5432; do sleep 1; done; web"',
  'dockerize -wait tcp://db:1 -- x',
  'python3 %(here)s/x.py',
  'sh -c',
  'httpok -p a -t',
  'a:running b:exited,running :',
  'A="1",B=\'2',
  'PATH="/x:%(ENV_PATH)s"',
  '%(process_num)02d',
  '%',
  '100% x',
  'tcp://*:9000',
  'unix:///tmp/x.sock',
  '[::1]:9001',
  '*:80',
  'PROCESS_STATE,TICK_5',
  'supervisor.rpcinterface:make_main_rpcinterface',
  'a,b',
  '-1',
  '3GB',
  'true',
  '',
];

const value = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 20 }));
const key = fc.oneof(
  fc.constantFrom(...KEYS, 'dependent_startup', 'dependent_startup_wait_for', 'comand'),
  fc.string({ maxLength: 10 }),
);
const section = fc.oneof(
  fc.tuple(fc.constantFrom(...KINDS, 'Program', 'events'), fc.constantFrom('', ':', ':a', ':b', ': c d')),
  fc.tuple(fc.string({ maxLength: 8 }), fc.constant('')),
);
const file = fc.array(
  fc
    .tuple(section, fc.array(fc.tuple(key, value), { maxLength: 6 }))
    .map(
      ([[kind, label], pairs]) =>
        `[${kind}${label}]\n${pairs.map(([name, text]) => `${name}=${text}\n`).join('')}`,
    ),
  { maxLength: 6 },
);

test('every text has findings, each with a message of one line and a place', async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.boolean(), async (sections, isPlain) => {
      const { findings } = await checkFile(`${isPlain ? '[supervisord]\n' : ''}${sections.join('')}`);
      for (const { message, line, section: place, key: at } of findings) {
        expect(message).not.toBe('');
        expect(line === null || line > 0).toBe(true);
        expect(place !== null || at === null).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
