/**
 * The page of the daemon: the difference between its files and its state, and actions for the whole daemon.
 *
 * @module
 */
import { useState } from 'preact/hooks';
import { call, messageOf } from '../live/api.ts';
import { refresh, snapshot } from '../live/live.ts';
import { ask, close, show } from '../live/messages.ts';
import { rights, site } from '../live/site.ts';
import { useSeconds, useStore } from '../live/store.ts';
import { useCall } from '../live/use-call.ts';
import { addressOf } from '../model/routes.ts';
import { countText, durationText } from '../model/units.ts';
import { Icon } from '../parts/icons.tsx';
import { EventListeners } from './listeners.tsx';
import { Plan, type PlannedChange } from './plan.tsx';

export function DaemonView() {
  return (
    <main>
      <div class="view-head">
        <h1>Daemon</h1>
        <div class="toolbar-end">
          {rights.mayReadAll && (
            <a class="button" href={addressOf({ view: 'log', id: '', log: 'main' })}>
              <Icon name="log" />
              Main log
            </a>
          )}
        </div>
      </div>
      <DaemonFacts />
      {rights.mayAdminister ? (
        <>
          <Files />
          <EventListeners />
          <Whole />
        </>
      ) : (
        <>
          <EventListeners />
          <p class="quiet">
            The configuration and the daemon itself are for the role admin with all programs.
          </p>
        </>
      )}
    </main>
  );
}

function DaemonFacts() {
  const { state, clockOffset, generation } = useStore(snapshot);
  const { result: start } = useCall<number>('visord.getStartTime', [], [generation]);
  const { result: pid } = useCall<number>('supervisor.getPID', [], [generation]);
  const { result: versions } = useCall<{ version: string; reference: string; node: string }>(
    'visord.getVersion',
    [],
    [generation],
  );
  const now = useSeconds(clockOffset);
  return (
    <dl class="facts">
      {[
        ['State', state.toLowerCase()],
        ['Host', site.host],
        ['Identifier', site.identifier],
        ['PID', pid ?? '–'],
        ['Version runs for', start === null ? '–' : durationText(now - start)],
        ['visord', versions?.version ?? site.version],
        ['Compatible with', versions === null ? '–' : `Supervisor ${versions.reference}`],
        ['Node.js', versions?.node ?? '–'],
        ['Role', site.user === null ? site.role : `${site.role} (${site.user})`],
      ].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Update {
  readonly changes: readonly PlannedChange[];
}

function Files() {
  const [plan, setPlan] = useState<readonly PlannedChange[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const busy = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act();
      setTrouble(null);
    } catch (error) {
      setTrouble(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const compare = (): Promise<void> =>
    busy(async () => setPlan((await call<Update>('visord.applyConfig', [[], true])).changes));
  const update = async (): Promise<void> => {
    const isWanted = await ask({
      title: 'Update to the files?',
      text: 'Processes that are listed as restarted or removed are stopped.',
      confirm: 'Update',
      isHarmful: false,
    });
    if (!isWanted) return;
    await busy(async () => {
      const working = show('working', 'Updating …');
      try {
        const { changes } = await call<Update>('visord.applyConfig', []);
        const failures = changes
          .filter(({ status }) => status !== 80)
          .map(({ group, name, description }) => ({ title: name || group, reason: description }));
        show(
          failures.length > 0 ? 'error' : 'done',
          `Updated: ${countText(changes.length, 'change')}`,
          failures,
        );
        setPlan([]);
      } finally {
        close(working);
        await refresh();
      }
    });
  };
  return (
    <section class="panel" aria-labelledby="files">
      <div class="panel-head">
        <h2 id="files">Configuration files</h2>
        <button type="button" class="button" disabled={isBusy} onClick={() => void compare()}>
          Compare with what runs
        </button>
        <button
          type="button"
          class="button main"
          disabled={isBusy || plan === null || plan.length === 0}
          onClick={() => void update()}
        >
          Update
        </button>
      </div>
      {trouble !== null && (
        <p class="notice bad" role="alert">
          {trouble}
        </p>
      )}
      {plan === null ? (
        <p class="quiet">
          Reads the files again, and shows what an update would change. Nothing is changed yet.
        </p>
      ) : (
        <Plan changes={plan} />
      )}
    </section>
  );
}

interface WholeAction {
  readonly label: string;
  readonly about: string;
  readonly method: string;
  readonly warning: string;
  readonly isHarmful: boolean;
  readonly done: string;
}

const WHOLE: readonly WholeAction[] = [
  {
    label: 'Upgrade',
    about: 'Goes on with the installed version under the same pid. No program is restarted.',
    method: 'visord.upgrade',
    warning: 'The daemon goes on with the installed version. No program is restarted.',
    isHarmful: false,
    done: 'The upgrade begins',
  },
  {
    label: 'Restart',
    about: 'Stops all programs, reads the files again, and starts what starts by itself.',
    method: 'supervisor.restart',
    warning: 'All programs are stopped and started again.',
    isHarmful: true,
    done: 'The daemon restarts',
  },
  {
    label: 'Shut down',
    about: 'Stops all programs, and ends the daemon. This page cannot start it again.',
    method: 'supervisor.shutdown',
    warning: 'All programs are stopped, and the daemon ends. This page cannot start it again.',
    isHarmful: true,
    done: 'The daemon shuts down',
  },
];

function Whole() {
  return (
    <section class="panel" aria-labelledby="whole">
      <h2 id="whole">The daemon itself</h2>
      <dl class="keys whole">
        {WHOLE.map((action) => (
          <div key={action.label}>
            <dt>
              <button type="button" class="button" onClick={() => void act(action)}>
                {action.label}
              </button>
            </dt>
            <dd>{action.about}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

async function act({ label, method, warning, isHarmful, done }: WholeAction): Promise<void> {
  const title = `${label} the daemon?`;
  if (!(await ask({ title, text: warning, confirm: label, isHarmful }))) return;
  try {
    const result = await call<unknown>(method);
    show('done', typeof result === 'string' && result !== '' ? `${done}: version ${result}` : done);
  } catch (error) {
    show('error', messageOf(error));
  }
}
