/**
 * Exports programs as objects of Kubernetes: a Deployment for each program, a Job for one with `type=oneshot`, and a
 * CronJob for one with `cron`.
 *
 * @module
 */

import type { Config, ProcessConfig } from '../../config/types.ts';
import { cronFields } from './calendar.ts';
import { carryKeys, noteLines } from './carry.ts';
import type { ExportedFile, ExportSettings } from './format.ts';
import { containerKeys, PodDraft } from './kubernetes-keys.ts';
import { type ExportedProcess, exportSubject } from './subject.ts';
import { yamlText } from './yaml-text.ts';

type KubernetesObject = Readonly<Record<string, unknown>>;

const LONGEST_NAME = 52;

export function exportKubernetes(config: Config, { users, image, origin }: ExportSettings): ExportedFile {
  const subject = exportSubject(config, users, { nameOf: objectName, mergesAlike: true });
  const drafts = subject.processes.map((from) => {
    const draft = new PodDraft(from.name, image ?? '');
    carryKeys(from, containerKeys(subject), draft);
    return { draft, object: objectOf(from, draft) };
  });
  const head = [
    `# Exported from ${origin}.`,
    ...noteLines(
      subject.notes,
      drafts.map(({ draft }) => draft),
    ),
  ];
  const documents = drafts.map(({ object }) => yamlText(object));
  return { name: 'kubernetes.yaml', text: `${head.join('\n')}\n---\n${documents.join('---\n')}` };
}

/** A label of DNS; what a CronJob adds for its pods has to fit behind it. */
function objectName(name: string): string {
  const text = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .split('-')
    .filter((part) => part !== '')
    .join('-');
  return text === '' ? 'program' : text;
}

function objectOf(from: ExportedProcess, draft: PodDraft): KubernetesObject {
  const { process, program, name } = from;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': objectName(program.group) };
  const metadata = { name, labels };
  if (process.schedule.cron !== null) {
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: {
        ...scheduleOf(process.schedule.cron, draft),
        ...(process.schedule.timeZone === null ? {} : { timeZone: process.schedule.timeZone }),
        concurrencyPolicy: OVERLAPS[process.schedule.overlap],
        ...(process.autostart ? {} : { suspend: true }),
        jobTemplate: { spec: jobOf(from, draft, labels) },
      },
    };
  }
  if (process.type === 'oneshot') {
    const suspend = process.autostart ? {} : { suspend: true };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: { ...jobOf(from, draft, labels), ...suspend },
    };
  }
  if (process.autorestart !== 'always') {
    draft.note(
      `autorestart=${process.autorestart === 'never' ? 'false' : 'unexpected'}: a Deployment restarts the program after every exit`,
    );
  }
  if (process.startRetries >= 0) {
    draft.note(`startretries=${process.startRetries}: a Deployment restarts the program for ever`);
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: process.autostart ? from.count : 0,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: { metadata: { labels }, spec: draft.podSpec('Always') },
    },
  };
}

const OVERLAPS = { skip: 'Forbid', kill: 'Replace', allow: 'Allow' } as const;

function jobOf(
  { process, count }: ExportedProcess,
  draft: PodDraft,
  labels: KubernetesObject,
): KubernetesObject {
  const isRetried = process.autorestart !== 'never';
  if (process.autorestart === 'always')
    draft.note('autorestart=true: a Job is repeated after a failure only');
  if (isRetried && process.startRetries < 0)
    draft.note('startretries=-1: a Job is given up after 6 failures');
  noteExitCodes(draft, process);
  return {
    ...(count === 1 ? {} : { completions: count, parallelism: count }),
    ...(isRetried
      ? process.startRetries < 0
        ? {}
        : { backoffLimit: process.startRetries }
      : { backoffLimit: 0 }),
    template: { metadata: { labels }, spec: draft.podSpec(isRetried ? 'OnFailure' : 'Never') },
  };
}

function noteExitCodes(draft: PodDraft, { exitCodes }: ProcessConfig): void {
  if (exitCodes.some((code) => code !== 0)) {
    draft.note(`exitcodes=${exitCodes.join(',')}: only 0 is a success`);
  }
}

/** A CronJob has no seconds. */
function scheduleOf(pattern: string, draft: PodDraft): { readonly schedule: string } {
  const fields = cronFields(pattern);
  if (fields.length === 6) {
    const [second = ''] = fields;
    if (second !== '0') draft.note(`cron=${pattern}: a CronJob has no seconds`);
    return { schedule: fields.slice(1).join(' ') };
  }
  return { schedule: fields.join(' ') };
}
