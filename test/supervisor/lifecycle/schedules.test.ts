import { expect } from 'vitest';
import { now } from '../../../src/io/clock.ts';
import { Group } from '../../../src/process/group.ts';
import { Schedules } from '../../../src/supervisor/lifecycle/schedules.ts';
import { StateFile } from '../../../src/supervisor/state-file.ts';
import { defaultProgram } from '../../config/support.ts';
import { test, until } from '../../process/support.ts';
import { processConfig } from '../../rpc/fakes.ts';

const A_YEAR_MS = 365 * 86_400_000;

test('a clock that is set after the next run was planned, and before its alarm, is noticed', async ({
  host,
}) => {
  const { schedule } = defaultProgram();
  const config = processConfig('job', {
    startSeconds: 0,
    autorestart: 'never',
    command: '/bin/true',
    schedule: { ...schedule, cron: '* * * * * *' },
  });
  const group = new Group({ name: 'g', priority: 1, processes: [config] }, host);
  const [job] = group.processes.values();
  let aheadMs = 0;
  let readsBeforeSet = Number.POSITIVE_INFINITY;
  const schedules = new Schedules({
    log: host.log,
    io: host.io,
    groups: new Map([['g', group]]),
    stateFile: new StateFile(null, 'test', host.log),
    mayStart: () => {
      // The plan of the next run is the one reading that follows.
      readsBeforeSet = Math.min(readsBeforeSet, 1);
      return true;
    },
    now: () => {
      if (readsBeforeSet === 0) aheadMs = A_YEAR_MS;
      readsBeforeSet -= 1;
      const { wallMs, monotonicMs } = now();
      return { wallMs: wallMs + aheadMs, monotonicMs };
    },
  });
  schedules.groupsChanged();
  schedules.start(null);
  await until('it has run', () => job !== undefined && job.startedAt > 0);
  expect(job && schedules.nextRunOf(job)).toBeGreaterThan((now().wallMs + A_YEAR_MS / 2) / 1000);
  schedules.close();
  await until('it has exited', () => job?.state === 'EXITED');
  group.dispose();
});
