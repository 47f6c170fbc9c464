/**
 * What a metric is: one row of a table. The answer and the reference page are made from the tables.
 *
 * Source: the text format of Prometheus, version 0.0.4.
 *
 * @module
 */

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A value with labels; `suffix` follows the name, for the parts of a histogram. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** A row. `Subject` is what the values are read from. */
export interface Metric<Subject> {
  readonly name: string;
  readonly type: MetricType;
  /** One sentence, without a full stop at its end. */
  readonly help: string;
  /** Names of its labels, beside those that all metrics of its table have. */
  readonly labels?: readonly string[];
  /** A value, several, or null where there is none. */
  readonly read: (subject: Subject) => number | null | readonly Sample[];
}

/** The lines of one metric; none where it has no value. */
export function metricText<Subject>(
  { name, type, help, read }: Metric<Subject>,
  subjects: Iterable<readonly [Subject, Readonly<Record<string, string>>]>,
): string {
  let lines = '';
  for (const [subject, labels] of subjects) {
    const found = read(subject);
    const samples = typeof found === 'number' ? [{ value: found }] : (found ?? []);
    for (const sample of samples) lines += sampleLine(name, labels, sample);
  }
  return lines === '' ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}

function sampleLine(name: string, common: Readonly<Record<string, string>>, sample: Sample): string {
  const labels = Object.entries({ ...common, ...sample.labels })
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(',');
  const full = `${name}${sample.suffix ?? ''}`;
  return `${full}${labels === '' ? '' : `{${labels}}`} ${sample.value}\n`;
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
