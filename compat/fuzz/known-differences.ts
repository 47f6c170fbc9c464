/**
 * Where our reader of configurations differs from the reference's on purpose: a row for each, by its name in the
 * catalogue of differences.
 *
 * @module
 */
import type { CONFIGURATION_DIFFERENCES } from '../../src/checkup/catalogue/configuration.ts';

type Name = keyof typeof CONFIGURATION_DIFFERENCES;

/** Whether a difference between the two readings of an input is this one. */
const KNOWN: Readonly<Partial<Record<Name, (input: string, difference: string) => boolean>>> = {
  'ascii-digits': (input, difference) =>
    /\p{Nd}/u.test(input.replaceAll(/\d/g, '')) && /invalid literal|is not (?:a|an) /.test(difference),
  'byte-order-mark': (input) => input.startsWith('\ufeff'),
  'empty-log-name': (_, difference) => /_logfile: ours .*; reference ""$/.test(difference),
  'nameless-conversion-order': (_, difference) => difference.includes("{'"),
  'nul-in-value': (input) => input.includes('\0'),
  'number-above-32-bits': (_, difference) => /ours -?9007199254740991; reference -?\d{16,}$/.test(difference),
  'python-modules': (_, difference) =>
    /^ours: .* cannot be resolved within \[|reference: (?:Parse error at|\(?"?EntryPoint must be)/s.test(
      difference,
    ),
  'signal-constants': (_, difference) => /value '(?:SIG)?_\w+' is not a valid signal name/i.test(difference),
  'supervisord-environment-error': (_, difference) => difference.includes("for 'supervisord.environment'"),
  'supervisord-environment-percent': (_, difference) =>
    /reference: Format string .* for 'environment' is badly formatted/s.test(difference),
};

export function isKnownDifference(input: string, difference: string): boolean {
  return Object.values(KNOWN).some((isIt) => isIt(input, difference));
}
