/**
 * Event listeners: what they receive, how they answer, and what they may do.
 *
 * @module
 */
import type { Scenario } from '../scenario.ts';
import { eventsDependentStartup } from './events/dependent-startup.ts';
import { eventsFlood } from './events/flood.ts';
import { eventsLife } from './events/life.ts';
import { eventsRude } from './events/rude.ts';
import { eventsSections } from './events/sections.ts';
import { eventsSuperlance } from './events/superlance.ts';
import { eventsTicks } from './events/ticks.ts';

export const eventScenarios: readonly Scenario[] = [
  eventsSections,
  eventsDependentStartup,
  eventsRude,
  eventsSuperlance,
  eventsLife,
  eventsTicks,
  eventsFlood,
];
