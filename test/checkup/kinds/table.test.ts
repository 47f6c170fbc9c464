/** The table of the kinds of findings. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../../src/checkup/kinds/table.ts';
import { checkText, program } from '../support.ts';

describe('the kinds of findings', () => {
  test('have each id once', () => {
    const ids = FINDING_KINDS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(FINDING_KINDS.map((kind) => [kind.id, kind] as const))('%s is documented', (id, kind) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(kind.looksFor).toMatch(/^[A-Z`].*\.$/s);
    const [page = ''] = kind.docs.split('#');
    expect(existsSync(fileURLToPath(new URL(`../../../docs/${page}`, import.meta.url)))).toBe(true);
  });

  test('find nothing in a plain configuration', async () => {
    const { findings } = await checkText(
      program('web', 'autorestart=true\nenvironment=A="1"') +
        '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n' +
        '[unix_http_server]\nfile=/run/x.sock\n[supervisorctl]\nserverurl=unix:///run/x.sock\n',
    );
    expect(findings.filter(({ kind }) => kind !== 'socket-in-tmp')).toEqual([]);
  });
});
