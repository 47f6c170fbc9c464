/**
 * A daemon is killed, and its journal is damaged before the next one reads it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../harness/processes.ts';
import type { Random } from '../../harness/random.ts';
import { type Bed, Violation } from '../bed.ts';
import { leadersOf } from '../observe.ts';
import { type Fault, killSome, send } from './fault.ts';

/**
 * Programs that only the journal names: a listener, one that has closed its channels, and one whose command executes
 * another. Without a record they are reported and left alone, or cannot be found.
 */
const ONLY_IN_JOURNAL = ['ear', 'closed', 'mended'];

function damaged(
  name: string,
  title: string,
  damage: (journal: string, random: Random) => void,
  isIncomplete = false,
): Fault {
  return {
    name,
    title,
    run: async (torture) => {
      // A child that has not executed its program yet can be recognised by its record only.
      if (!isIncomplete && torture.random.chance(0.5)) killSome(torture);
      await torture.killDaemon();
      if (isIncomplete) {
        const leaders = leadersOf(torture.bed);
        for (const each of ONLY_IN_JOURNAL) send(leaders.get(each) ?? 0, 'SIGKILL');
      }
      damage(journalOf(torture.bed), torture.random);
      await torture.bed.start();
    },
  };
}

export const JOURNALS: readonly Fault[] = [
  damaged('journal-rubbish', 'the journal has rubbish at its end', (journal, random) =>
    appendFileSync(journal, rubbish(random)),
  ),
  damaged('journal-cut', 'the last line of the journal is cut short', (journal, random) => {
    appendFileSync(journal, '{"gone":["plain","plain_0"]}');
    truncateSync(journal, readFileSync(journal).length - random.integer(1, 20));
  }),
  damaged(
    'journal-truncated',
    'a part of the journal is missing',
    (journal, random) => truncateSync(journal, random.integer(0, statSync(journal).size)),
    true,
  ),
  damaged('journal-lost', 'the journal is removed', (journal) => rmSync(journal), true),
  damaged('journal-void', 'the journal has records without fields, and of unknown kinds', (journal, random) =>
    appendFileSync(journal, Array.from({ length: 20 }, () => `${random.pick(VOID)}\n`).join('')),
  ),
  {
    name: 'journal-forged',
    title: 'the journal has a forged record of a foreign process, which must not be touched',
    run: async (torture) => {
      const foreign = spawn('sleep', ['1000'], {
        stdio: 'ignore',
        env: { COMPAT_DIR: torture.bed.dir },
        detached: true,
      });
      const pid = foreign.pid ?? 0;
      await torture.killDaemon();
      const journal = journalOf(torture.bed);
      const forged = forge(readFileSync(journal, 'utf8'), pid);
      if (forged !== null) appendFileSync(journal, forged);
      await torture.bed.start();
      if (!isAlive(pid)) throw new Violation('a foreign process was ended for a forged record');
      if ((await torture.bed.info()).some((one) => one.pid === pid)) {
        throw new Violation('a foreign process was adopted for a forged record');
      }
      send(pid, 'SIGKILL');
    },
  },
];

const VOID = [
  '{"process":{}}',
  '{"process":null}',
  '{"process":{"groupName":"plain"}}',
  '{"process":{"groupName":"none","config":{"name":"none"}}}',
  '{"gone":"plain"}',
  '{"gone":["none","none"]}',
  '{"leaving":1}',
  '{"handover":[]}',
  '{"later":{"a":1}}',
  '[]',
  '1',
  '{}',
];

function journalOf(bed: Bed): string {
  return join(bed.ownRuntimeFolder ?? '', 'journal');
}

function rubbish(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.integer(1, 3000) }, () => random.integer(0, 255)));
}

/** A true record under another name, with the pid and the start time of the foreign process. */
function forge(text: string, pid: number): string | null {
  const line = text.split('\n').find((each) => each.startsWith('{"process":') && each.includes('"config"'));
  if (line === undefined) return null;
  const ticks = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19] ?? '0';
  const forged = line
    .replaceAll(/"pid":\d+/g, `"pid":${pid}`)
    .replaceAll(/"startTicks":(?:"\d+"|\d+)/g, `"startTicks":${ticks}`)
    .replace(/"name":"[^"]*"/, '"name":"forged"');
  return `${forged}\n`;
}
