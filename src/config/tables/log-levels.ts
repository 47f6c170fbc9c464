/**
 * The levels of the main log; names and order are those of the reference.
 *
 * @module
 */

/** By name: how severe a message is, and what stands for the level in a line. */
export const LOG_LEVELS = {
  critical: { severity: 50, label: 'CRIT' },
  error: { severity: 40, label: 'ERRO' },
  warn: { severity: 30, label: 'WARN' },
  info: { severity: 20, label: 'INFO' },
  debug: { severity: 10, label: 'DEBG' },
  trace: { severity: 5, label: 'TRAC' },
  blather: { severity: 3, label: 'BLAT' },
} as const;

export type LogLevelName = keyof typeof LOG_LEVELS;

/** The names, the most severe first. */
export const LOG_LEVEL_NAMES = Object.keys(LOG_LEVELS) as readonly LogLevelName[];
