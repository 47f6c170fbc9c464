import { expect, test } from 'vitest';
import { getrlimit } from '../../src/native/posix.ts';
import { applyLimits } from '../../src/supervisor/limits.ts';
import { StartError } from '../../src/supervisor/start-error.ts';
import { needing, PLAIN_USER } from '../needs.ts';
import { FakeSupervisor } from '../rpc/fakes.ts';

const daemon = { ...new FakeSupervisor().config.daemon, minFds: 1, minProcs: 1 };

test('limits that suffice stay, and children get the soft limit that the daemon was started with', () => {
  const { hard } = getrlimit('nofile');
  const { childLimits, messages } = applyLimits(daemon, 1000);
  expect(childLimits).toEqual([{ resource: 'nofile', soft: 1000, hard }]);
  expect(messages).toEqual([]);
});

test('minfds above the soft limit raises it, which is logged', () => {
  const { hard } = getrlimit('nofile');
  const { childLimits, messages } = applyLimits({ ...daemon, minFds: 900 }, 800);
  expect(childLimits).toEqual([{ resource: 'nofile', soft: 900, hard }]);
  expect(messages).toEqual(['Increased RLIMIT_NOFILE limit to 900']);
});

needing(test, PLAIN_USER)(
  'minfds above what the user may have refuses the start, with the possible number',
  () => {
    const { hard } = getrlimit('nofile');
    expect(() => applyLimits({ ...daemon, minFds: hard + 1 }, 800)).toThrow(StartError);
  },
);

test('minfds above what any system allows refuses the start', () => {
  const start = () => applyLimits({ ...daemon, minFds: 2 ** 40 }, 800);
  expect(start).toThrow(StartError);
  expect(start).toThrow(
    /^The minimum number of file descriptors required to run this process is 1099511627776 /,
  );
});
