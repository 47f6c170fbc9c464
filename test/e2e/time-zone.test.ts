import { expect } from 'vitest';
import { infoOf, program, startWith, test, untilState } from './support.ts';

const AHEAD_MS = 3.5 * 3_600_000;

/** True where the text is the time that it was in the zone a minute ago at most. */
function isNow(text: string): boolean {
  const ageMs = Date.now() + AHEAD_MS - Date.parse(`${text}Z`);
  return ageMs > -1000 && ageMs < 120_000;
}

test('a TZ that only the C library knows is that of the log, of status and of the page', async ({ side }) => {
  const ends = program('ends', { command: '/bin/true', startsecs: 0, autorestart: 'false' });
  await startWith(side, ends, { environment: { TZ: '<+0330>-3:30' } });
  await untilState(side, 'ends', 'EXITED');
  const [logged = ''] = side.readFile('main.log').split(',', 1);
  expect(logged).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(isNow(logged.replace(' ', 'T'))).toBe(true);

  const { description } = await infoOf(side, 'ends');
  const [, date, hour, minute, half] = /^(\w+ \d+) (\d+):(\d+) (AM|PM)$/.exec(description) ?? [];
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  const year = new Date(Date.now() + AHEAD_MS).getUTCFullYear();
  const day = new Date(`${date} ${year} UTC`).toISOString().slice(0, 10);
  expect(isNow(`${day}T${String(hours).padStart(2, '0')}:${minute}:00`)).toBe(true);

  const page = await side.rawHttp('GET /?action=refresh HTTP/1.0\r\n\r\n');
  const shown = decodeURIComponent(/message=(\S+)/.exec(page)?.[1] ?? '').replace('Page refreshed at ', '');
  expect(isNow(new Date(`${shown} UTC`).toISOString().slice(0, -1))).toBe(true);
});
