/**
 * Upgrades in place while requests, events and lines go on: nothing may be refused or lost.
 *
 * @module
 */
import { type Fault, killSome, moment } from './fault.ts';

export const UPGRADES: readonly Fault[] = [
  {
    name: 'upgrade',
    title: 'an upgrade under load',
    run: async ({ bed }) => bed.upgrade(),
  },
  {
    name: 'upgrades-in-a-row',
    title: 'three upgrades in a row under load',
    run: async ({ bed }) => {
      for (let upgrades = 0; upgrades < 3; upgrades += 1) await bed.upgrade();
    },
  },
  {
    name: 'upgrade-and-kill-children',
    title: 'an upgrade during which programs are killed',
    run: async (torture) => {
      torture.allowRefusals();
      // The contents of a pipe are lost with its last end, if program and reader end in the same moment.
      torture.bed.logs.allowLoss();
      const upgraded = torture.bed.upgrade();
      await moment(torture, 300);
      killSome(torture);
      await upgraded;
    },
  },
];
