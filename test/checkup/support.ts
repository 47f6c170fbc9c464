/** What the tests of checks share: findings for the text of a configuration. */
import { join } from 'node:path';
import { check } from '../../src/checkup/check.ts';
import type { Finding } from '../../src/checkup/finding.ts';
import { openSubject } from '../../src/checkup/reading/open-subject.ts';
import { fakeUsers, folderWith } from '../config/support.ts';

export interface Checked {
  readonly folder: string;
  readonly findings: readonly Finding[];
  /** The findings of a kind. */
  of(kind: string): readonly Finding[];
}

/** Checks a file of this text behind an empty `[supervisord]`, beside other files. */
export function checkText(text: string, files: Readonly<Record<string, string>> = {}): Promise<Checked> {
  return checkFile(`[supervisord]\n${text}`, files);
}

/** Checks a file of this whole text. */
export async function checkFile(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Checked> {
  const folder = folderWith({ 'main.conf': text, ...files });
  const subject = await openSubject({
    file: join(folder, 'main.conf'),
    environment: { HOME: '/home/me', PATH: '/usr/bin:/bin', FOLDER: folder },
    users: fakeUsers,
    limitMs: 200,
  });
  const findings = await check(subject);
  return { folder, findings, of: (kind) => findings.filter((finding) => finding.kind === kind) };
}

/** `section key`, of each finding. */
export function placesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ section, key }) => `${section} ${key}`);
}

/** A program that can be started. */
export function program(name: string, lines = ''): string {
  return `[program:${name}]\ncommand=cat\n${lines}\n`;
}
