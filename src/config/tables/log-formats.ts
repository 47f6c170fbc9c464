/**
 * How the lines of a program are written to its logs.
 *
 * @module
 */
import { word } from './values.ts';

/** `raw`: the bytes as the program wrote them. `text` and `json`: lines with time and name. */
export const LOG_FORMATS = ['raw', 'text', 'json'] as const;

export type LogFormat = (typeof LOG_FORMATS)[number];

export const logFormat = word('format of a log', LOG_FORMATS);
