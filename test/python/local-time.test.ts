import { expect, test } from 'vitest';
import { runScript } from '../native/support.ts';

/** What the moments are in local time, in a process of its own: the C library reads TZ once. */
function localTimes(zone: string, moments: readonly string[]): readonly string[] {
  const source = `
    import { clockText, localTime, DAYS, MONTHS } from './src/python/local-time.ts';
    for (const moment of ${JSON.stringify(moments)}) {
      const time = localTime(Date.parse(moment));
      console.log([DAYS[time.weekday], time.day, MONTHS[time.month], time.year, clockText(time)].join(' '));
    }`;
  const { stdout, stderr } = runScript(source, ['env', `TZ=${zone}`]);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test.each<[zone: string, times: Readonly<Record<string, string>>]>([
  [
    'CET-1CEST,M3.5.0,M10.5.0/3',
    {
      '2026-03-29T00:59:59Z': 'Sun 29 Mar 2026 01:59:59',
      '2026-03-29T01:00:00Z': 'Sun 29 Mar 2026 03:00:00',
      '2026-10-25T00:59:59.999Z': 'Sun 25 Oct 2026 02:59:59',
      '2026-10-25T01:00:00Z': 'Sun 25 Oct 2026 02:00:00',
      '2026-12-31T23:30:00Z': 'Fri 1 Jan 2027 00:30:00',
    },
  ],
  ['<+0330>-3:30', { '2026-02-28T21:00:00Z': 'Sun 1 Mar 2026 00:30:00' }],
  ['<-03>3<-02>,M3.5.0/-2,M10.5.0/-1', { '2026-07-01T00:00:00Z': 'Tue 30 Jun 2026 22:00:00' }],
  ['Europe/Berlin', { '2026-07-01T12:00:00Z': 'Wed 1 Jul 2026 14:00:00' }],
  ['Asia/Kathmandu', { '1969-12-31T23:59:59.5Z': 'Thu 1 Jan 1970 05:29:59' }],
  [
    'Pacific/Apia',
    {
      '2011-12-30T09:59:59Z': 'Thu 29 Dec 2011 23:59:59',
      '2011-12-30T10:00:00Z': 'Sat 31 Dec 2011 00:00:00',
    },
  ],
  ['', { '2026-07-01T12:00:00Z': 'Wed 1 Jul 2026 12:00:00' }],
])('with TZ=%s moments are what the C library makes of them', (zone, times) => {
  expect(localTimes(zone, Object.keys(times))).toEqual(Object.values(times));
});
