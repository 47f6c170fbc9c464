/**
 * Clients in other languages: what people have in their cron jobs, deployments and monitoring.
 *
 * @module
 */
import type { Scenario } from '../scenario.ts';
import { languagesAnsible } from './languages/ansible.ts';
import { languagesCurl } from './languages/curl.ts';
import { languagesPerl } from './languages/perl.ts';
import { languagesRuby } from './languages/ruby.ts';
import { languagesC } from './languages/xmlrpc-c.ts';

/** The longest first. */
export const languageScenarios: readonly Scenario[] = [
  languagesAnsible,
  languagesC,
  languagesPerl,
  languagesRuby,
  languagesCurl,
];
