/**
 * A log: its end as it grows, older parts on demand, search.
 *
 * @module
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { snapshot } from '../live/live.ts';
import { LogReader } from '../live/log-reader.ts';
import { rights } from '../live/site.ts';
import { useStore } from '../live/store.ts';
import { addressOf, type LogName, type Route } from '../model/routes.ts';
import { type Place, placesOf } from '../model/search.ts';
import { bytesText } from '../model/units.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { LogLines } from './log-lines.tsx';

type LogRoute = Extract<Route, { readonly view: 'log' }>;

/** Pixels from an edge at which more is read. */
const NEAR = 300;

export function LogView({ shown: { id, log } }: { readonly shown: LogRoute }) {
  const [reader] = useState(() => new LogReader(id, log));
  useEffect(() => {
    reader.start();
    return () => reader.stop();
  }, [reader]);
  const { text, isFollowing, begin, backup, backups, trouble, isBusy, size } = useStore(reader.view);
  const [isWrapped, setWrapped] = useState(true);
  const [wanted, setWanted] = useState('');
  const [found, setFound] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const places = useMemo(() => placesOf(text, wanted), [text, wanted]);
  const place = places[found] ?? null;
  useStickyEnd(box, text, isFollowing);
  useEffect(() => reveal(box.current, place), [place?.block, place?.line]);
  const step = (by: number): void => {
    if (places.length === 0) return;
    reader.pause();
    setFound(found < 0 ? places.length - 1 : (found + by + places.length) % places.length);
  };
  const search = (value: string): void => {
    setWanted(value);
    setFound(-1);
  };
  return (
    <main class="log-view">
      <LogHead id={id} log={log} />
      <div class="toolbar">
        <LogSearch wanted={wanted} found={found} count={places.length} search={search} step={step} />
        <div class="toolbar-end">
          <span class="quiet wide-only">{size === null ? '' : bytesText(size)}</span>
          <Tool
            icon="wrap"
            label="Wrap long lines"
            isPressed={isWrapped}
            act={() => setWrapped(!isWrapped)}
          />
          <Tool
            icon="top"
            label="Jump to the start"
            act={() => void reader.toStart().then(() => toTop(box.current))}
          />
          <LogButtons reader={reader} isFollowing={isFollowing} file={fileName(id, log)} />
        </div>
      </div>
      {trouble !== null && (
        <p class="notice warn" role="status">
          {trouble}
        </p>
      )}
      <div
        ref={box}
        class={`log-box ${isWrapped ? 'wrapped' : ''}`}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={log === 'main' ? 'Main log' : `${log} of ${id}`}
        onScroll={(event) => onScroll(event.currentTarget, reader)}
      >
        {(begin > 0 || backup < backups) && (
          <OlderLines begin={begin} isBusy={isBusy} act={() => void older(box.current, reader)} />
        )}
        <LogLines text={text} wanted={wanted} place={place} />
        {text.blocks.length === 0 && trouble === null && <p class="empty">The log is empty.</p>}
      </div>
    </main>
  );
}

interface LogSearchProps {
  readonly wanted: string;
  /** Index of the place that is shown; -1 for none. */
  readonly found: number;
  /** Of the places. */
  readonly count: number;
  readonly search: (wanted: string) => void;
  readonly step: (by: number) => void;
}

function LogSearch({ wanted, found, count, search, step }: LogSearchProps) {
  return (
    <>
      <label class="search">
        <Icon name="search" />
        <span class="hidden-text">Search in the log</span>
        <input
          type="search"
          placeholder="Search"
          value={wanted}
          onInput={(event) => search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? 1 : -1);
          }}
        />
      </label>
      {wanted !== '' && (
        <>
          <span class="quiet" role="status">
            {count === 0 ? 'not in this part' : found < 0 ? `${count} lines` : `${found + 1} of ${count}`}
          </span>
          <Tool icon="up" label="Earlier line" act={() => step(-1)} />
          <Tool icon="down" label="Later line" act={() => step(1)} />
        </>
      )}
    </>
  );
}

interface LogButtonsProps {
  readonly reader: LogReader;
  readonly isFollowing: boolean;
  /** Name of a download. */
  readonly file: string;
}

function LogButtons({ reader, isFollowing, file }: LogButtonsProps) {
  return (
    <>
      <a class="icon-button" href={reader.address} download={file} aria-label="Download" title="Download">
        <Icon name="download" />
      </a>
      <button
        type="button"
        class="button"
        aria-pressed={isFollowing}
        onClick={() => (isFollowing ? reader.pause() : void reader.toEnd())}
      >
        <Icon name={isFollowing ? 'pause' : 'down'} />
        {isFollowing ? 'Pause' : 'Follow'}
      </button>
    </>
  );
}

interface OlderLinesProps {
  /** Position of the first byte that is shown. */
  readonly begin: number;
  readonly isBusy: boolean;
  readonly act: () => void;
}

function OlderLines({ begin, isBusy, act }: OlderLinesProps) {
  const text = begin > 0 ? `Older lines (${bytesText(begin)} more)` : 'Older lines of the rotated log';
  return (
    <button type="button" class="link older" disabled={isBusy} onClick={act}>
      {isBusy ? 'Reading …' : text}
    </button>
  );
}

function LogHead({ id, log }: { readonly id: string; readonly log: LogName }) {
  const { rows } = useStore(snapshot);
  const row = rows.find((one) => one.id === id);
  return (
    <div class="view-head">
      <h1>
        {log === 'main' ? 'Main log' : <a href={addressOf({ view: 'process', id })}>{row?.title ?? id}</a>}
      </h1>
      {row && <Badge row={row} />}
      <nav class="tabs" aria-label="Logs">
        {row?.stdout && <LogLink to={{ view: 'log', id, log: 'stdout' }} log={log} />}
        {row?.stderr && <LogLink to={{ view: 'log', id, log: 'stderr' }} log={log} />}
        {rights.mayReadAll && <LogLink to={{ view: 'log', id: '', log: 'main' }} log={log} />}
      </nav>
    </div>
  );
}

function LogLink({ to, log }: { readonly to: LogRoute; readonly log: LogName }) {
  return (
    <a href={addressOf(to)} aria-current={to.log === log ? 'page' : undefined}>
      {to.log === 'main' ? 'Main log' : to.log}
    </a>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isPressed?: boolean;
  act(): void;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function fileName(id: string, log: LogName): string {
  return log === 'main' ? 'supervisord.log' : `${id.replace(/[^\w.-]+/g, '-')}-${log}.log`;
}

function useStickyEnd(
  box: { readonly current: HTMLElement | null },
  text: object,
  isFollowing: boolean,
): void {
  useEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, isFollowing]);
}

/** The user who scrolls up wants to read; at the end the log is followed again, and at the edges more is read. */
function onScroll(box: HTMLElement, reader: LogReader): void {
  const left = box.scrollHeight - box.scrollTop - box.clientHeight;
  const { isFollowing, isBusy, begin } = reader.view.get();
  if (isFollowing && left > NEAR) reader.pause();
  else if (!isFollowing && left < 2) void reader.newer();
  if (!isFollowing && box.scrollTop < NEAR && begin > 0 && !isBusy) void older(box, reader);
}

/** What is on the screen stays where it is. */
async function older(box: HTMLElement | null, reader: LogReader): Promise<void> {
  const before = box === null ? 0 : box.scrollHeight - box.scrollTop;
  await reader.older();
  requestAnimationFrame(() => {
    if (box !== null) box.scrollTop = box.scrollHeight - before;
  });
}

function toTop(box: HTMLElement | null): void {
  requestAnimationFrame(() => box?.scrollTo(0, 0));
}

function reveal(box: HTMLElement | null, place: Place | null): void {
  if (place === null) return;
  box
    ?.querySelector(`[data-block="${place.block}"]`)
    ?.children[place.line]?.scrollIntoView({ block: 'center' });
}
