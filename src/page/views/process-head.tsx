/**
 * The head of the page of a process: its logs, and what can be done with it.
 *
 * @module
 */
import { ask } from '../live/messages.ts';
import { perform, runCall } from '../live/perform.ts';
import { rights } from '../live/site.ts';
import { ACTIONS, signalCall, type Target } from '../model/actions.ts';
import type { Row } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { menuOf } from './list-row.tsx';

/** The keys of hooks that can be run by hand. */
export const HOOKS: readonly string[] = [
  'pre_start_hook',
  'post_start_hook',
  'pre_stop_hook',
  'post_stop_hook',
];

const SIGNALS = ['HUP', 'USR1', 'USR2', 'INT', 'TERM', 'QUIT', 'KILL'];
/** Signals that usually end a process. */
const DEADLY = new Set(['INT', 'TERM', 'QUIT', 'KILL']);

export function ProcessHead({ row, hooks }: { readonly row: Row; readonly hooks: readonly string[] }) {
  const target: Target = { kind: 'process', id: row.id, title: row.title };
  return (
    <div class="view-head">
      <h1>{row.title}</h1>
      <Badge row={row} />
      <div class="toolbar-end">
        {row.stdout && <LogLink row={row} log="stdout" />}
        {row.stderr && <LogLink row={row} log="stderr" />}
        {rights.mayOperate && (
          <>
            <div class="button-group" role="group" aria-label="Actions">
              {(['start', 'restart', 'stop'] as const).map((name) => (
                <button
                  type="button"
                  key={name}
                  class="button"
                  disabled={!ACTIONS[name].isFor(row)}
                  onClick={() => void perform(name, target)}
                >
                  {ACTIONS[name].label}
                </button>
              ))}
            </div>
            {row.pid !== 0 && (
              <Menu
                label="Send a signal"
                text="Signal"
                icon="down"
                items={SIGNALS.map((signal) => ({
                  label: `SIG${signal}`,
                  isHarmful: DEADLY.has(signal),
                  act: () => void send(signal, row),
                }))}
              />
            )}
            {hooks.length > 0 && (
              <Menu
                label="Run a hook"
                text="Hook"
                icon="down"
                items={hooks.map((hook) => ({ label: hook, act: () => void runHook(hook, row) }))}
              />
            )}
            <Menu label={`More for ${row.title}`} items={menuOf(target, [row])} />
          </>
        )}
      </div>
    </div>
  );
}

function LogLink({ row, log }: { readonly row: Row; readonly log: 'stdout' | 'stderr' }) {
  return (
    <a class="button" href={addressOf({ view: 'log', id: row.id, log })}>
      <Icon name="log" />
      {log}
    </a>
  );
}

async function send(signal: string, { id, title }: Row): Promise<void> {
  const isWanted =
    !DEADLY.has(signal) ||
    (await ask({
      title: `Send SIG${signal} to ${title}?`,
      text: 'Most programs end at this signal.',
      confirm: `Send SIG${signal}`,
      isHarmful: true,
    }));
  if (isWanted) {
    const target: Target = { kind: 'process', id, title };
    await runCall(`Sending SIG${signal} to`, `has been sent SIG${signal}`, target, signalCall(id, signal));
  }
}

async function runHook(hook: string, { id, title }: Row): Promise<void> {
  const isWanted = await ask({
    title: `Run ${hook} of ${title}?`,
    text: 'The command runs once. The process is neither started nor stopped.',
    confirm: 'Run',
    isHarmful: false,
  });
  if (!isWanted) return;
  const target: Target = { kind: 'process', id, title };
  await runCall(`Running ${hook} of`, `has run ${hook}`, target, {
    method: 'visord.runHook',
    params: [id, hook],
  });
}
