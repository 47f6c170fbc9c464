/**
 * Event listeners: what each does, and how full the buffers of their pools are.
 *
 * @module
 */
import { useSeconds } from '../live/store.ts';
import { useCall } from '../live/use-call.ts';
import { titleOf } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { countText } from '../model/units.ts';

/** One struct of `visord.getEventListeners`. */
interface Pool {
  readonly group: string;
  readonly events: readonly string[];
  readonly buffered: number;
  readonly buffer_size: number;
  readonly discarded: number;
  readonly listeners: readonly Listener[];
}

interface Listener {
  readonly name: string;
  readonly statename: string;
  readonly state: '' | 'ACKNOWLEDGED' | 'READY' | 'BUSY' | 'UNKNOWN';
  readonly event: string;
}

const REFRESH_SECONDS = 3;

export function EventListeners() {
  const turn = Math.floor(useSeconds(0) / REFRESH_SECONDS);
  const { result } = useCall<readonly Pool[]>('visord.getEventListeners', [], [turn]);
  if (result === null || result.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="listeners">
      <h2 id="listeners">Event listeners</h2>
      <ul class="pools">
        {result.map((pool) => (
          <OnePool key={pool.group} pool={pool} />
        ))}
      </ul>
    </section>
  );
}

function OnePool({ pool }: { readonly pool: Pool }) {
  const { group, events, buffered, buffer_size: size, discarded, listeners } = pool;
  const isFull = buffered >= size;
  return (
    <li>
      <div class="pool-head">
        <b>{group}</b> <span class="quiet">{events.join(', ')}</span>
      </div>
      <div class="pool-buffer">
        <meter
          aria-label={`Buffer of ${group}`}
          min={0}
          max={size}
          low={size * 0.4}
          high={size * 0.8}
          optimum={0}
          value={buffered}
        />
        <span class={isFull ? 'bad-text' : ''}>
          {buffered} of {countText(size, 'event')} in the buffer
        </span>
        {discarded > 0 && <span class="bad-text">{countText(discarded, 'event')} discarded</span>}
      </div>
      <ul class="pool-listeners">
        {listeners.map((listener) => (
          <li key={listener.name}>
            <a href={addressOf({ view: 'process', id: `${group}:${listener.name}` })}>
              {titleOf(group, listener.name)}
            </a>{' '}
            <span class={listener.state === 'UNKNOWN' ? 'bad-text' : 'quiet'}>{stateText(listener)}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}

function stateText({ statename, state, event }: Listener): string {
  switch (state) {
    case 'READY':
      return 'ready for an event';
    case 'BUSY':
      return event === '' ? 'handles an event' : `handles ${event}`;
    case 'ACKNOWLEDGED':
      return 'has not reported READY yet';
    case 'UNKNOWN':
      return 'has broken the protocol, and receives no more events';
    default:
      return statename.toLowerCase();
  }
}
