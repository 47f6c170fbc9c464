/**
 * FastCGI programs: what their sections may contain, and a real site that is served by them.
 *
 * @module
 */
import type { Scenario } from '../scenario.ts';
import { fcgiSections } from './fcgi/sections.ts';
import { fcgiSite } from './fcgi/site.ts';
import { fcgiTrouble } from './fcgi/trouble.ts';

export const fcgiScenarios: readonly Scenario[] = [fcgiSite, fcgiTrouble, fcgiSections];
