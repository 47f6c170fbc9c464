import { expect, test } from 'vitest';
import { costsOf } from '../../compat/fleet-scale/costs.ts';

const unit = {
  nodeBytes: 100_000,
  keyBytes: 1000,
  renewalUs: 200,
  writeUs: 500,
  deliveryUs: 20,
  receivedUs: 50,
  deliveryBytes: 400,
  readKeyUs: 5,
  readKeyBytes: 300,
};

test('a fleet in which all nodes have the same programs', () => {
  const fleet = { nodes: 900, programs: 100, nodesPerProgram: 900, renewals: 0.6, moves: 1 };
  expect(costsOf(fleet, unit)).toEqual({
    slots: 100,
    keys: 1100,
    watches: 900,
    renewalsPerSecond: 540,
    writesPerSecond: 4,
    deliveriesPerSecond: 3600,
    cores: (540 * 200 + 4 * 500 + 3600 * 20) / 1e6,
    megabytesPerSecond: 1.44,
    memberMegabytes: 31.1,
    connectMegabytes: 0.33,
    reconnectCoreSeconds: 4.95,
    nodePercent: 0.02,
  });
});

test('programs of ten nodes each have a slot for each ten of them', () => {
  const fleet = { nodes: 900, programs: 100, nodesPerProgram: 10, renewals: 0.6, moves: 0 };
  expect(costsOf(fleet, unit)).toMatchObject({ slots: 9000, keys: 18_900, deliveriesPerSecond: 0 });
});
