/**
 * The variables that a program is started with, beside those that the daemon has inherited: first `[supervisord]
 * environment`, then `env_files`, then `environment`, then `secret_files`; a later one wins.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import { type ProgramVariables, withFiles } from './files-of-variables.ts';

export type { ProgramVariables } from './files-of-variables.ts';

/** Reads the variables of a program. */
export function programVariables(config: ProcessConfig): ProgramVariables {
  const { environment, environmentFiles, secretFiles } = config;
  return environmentFiles.length === 0 && secretFiles.length === 0
    ? { environment, failure: null }
    : withFiles(config);
}
