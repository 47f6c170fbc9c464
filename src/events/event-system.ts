/**
 * Events in the daemon: the pools that listen, the events of processes, and the ticks.
 *
 * @module
 */
import { pathToFileURL } from 'node:url';
import type { EventType } from '../config/tables/event-types.ts';
import type { ResultHandlerChoice } from '../config/tables/listener-values.ts';
import type { GroupConfig, PluginSpec } from '../config/types.ts';
import type { Instant } from '../io/clock.ts';
import { LazyLog } from '../logs/lazy-log.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { StateChange } from '../process/host.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { OutputListener, OutputListeners } from '../process/taps/output-listeners.ts';
import type { OutputName } from '../process/taps/output-tap.ts';
import { outputText } from '../process/taps/output-text.ts';
import { pythonRepr } from '../python/repr.ts';
import { EventBus, type EventSubscriber } from './bus.ts';
import {
  type EventSubject,
  healthEvent,
  processCommunicationEvent,
  processLogEvent,
  processStateEvent,
} from './event.ts';
import { EventPool, type PoolReport } from './pool.ts';
import type { ListenerSnapshot, PoolSnapshot } from './pool-snapshot.ts';
import {
  DEFAULT_RESULT_HANDLER,
  type ResultHandler,
  type ResultHandlerFunction,
  resultHandlerOf,
} from './result-handler.ts';
import { SerialNumbers, type SerialsSnapshot } from './serials.ts';
import { stdoutResultHandler } from './stdout-handler.ts';
import { createTicks, type Ticks } from './ticks.ts';

export interface EventSystemOptions {
  readonly identifier: string;
  readonly log: MainLog;
  readonly now: () => Instant;
}

interface ActivePool {
  readonly pool: EventPool;
  readonly events: readonly EventType[];
  readonly unsubscribe: () => void;
}

export class EventSystem {
  readonly bus = new EventBus();
  readonly #options: EventSystemOptions;
  readonly #pools = new Map<string, ActivePool>();
  readonly #serials = new SerialNumbers();
  #firstSerials: SerialsSnapshot['pools'] = {};
  /** Pools of an earlier daemon that were not added again yet. */
  readonly #buffers = new Map<string, PoolSnapshot['buffer']>();
  readonly #ticks: Ticks;
  /** The daemon's stdout, once a result handler writes to it. */
  #stdout: LazyLog | null = null;

  constructor(options: EventSystemOptions) {
    this.#options = options;
    this.#ticks = createTicks(this.bus, () => options.now().wallMs);
  }

  /** Makes a group of event listeners a pool; any other group is left as it is. */
  addPool({ name, processes, pool: config }: GroupConfig): void {
    if (config === undefined) {
      return;
    }
    const { identifier, log } = this.#options;
    const pool = new EventPool({
      name,
      processNames: processes.map((process) => process.name),
      bufferSize: config.bufferSize,
      identifier,
      resultHandler: this.#resultHandler(name, config.resultHandler),
      serials: this.#serials,
      firstSerial: this.#firstSerials[name] ?? 0,
      buffer: this.#buffers.get(name) ?? [],
      log,
    });
    this.#buffers.delete(name);
    const unsubscribe = this.bus.subscribe(new Set(config.events), (event) => pool.accept(event));
    this.#pools.set(name, { pool, events: config.events, unsubscribe });
    this.#ticks.update();
  }

  /** Processes were added to a pool, or removed; any other group is left as it is. */
  changePool({ name, processes }: GroupConfig): void {
    this.#pools.get(name)?.pool.setProcessNames(processes.map((process) => process.name));
  }

  removePool(name: string): void {
    this.#pools.get(name)?.unsubscribe();
    this.#pools.delete(name);
    this.#ticks.update();
  }

  get serials(): SerialsSnapshot {
    const pools = [...this.#pools].map(([name, { pool }]) => [name, pool.nextSerial] as const);
    return { next: this.#serials.next, pools: Object.fromEntries(pools) };
  }

  /** The states of all pools, for a later daemon. */
  get pools(): Readonly<Record<string, PoolSnapshot>> {
    return Object.fromEntries([...this.#pools].map(([name, { pool }]) => [name, pool.snapshot]));
  }

  reports(): PoolReport[] {
    return [...this.#pools.values()].map(({ pool, events }) => ({ ...pool.report(), events }));
  }

  /** Goes on from where another daemon stopped; to be called before any pool is added. */
  resume({ next, pools }: SerialsSnapshot, poolsSoFar: Readonly<Record<string, PoolSnapshot>>): void {
    this.#serials.next = next;
    this.#firstSerials = pools;
    for (const [name, { buffer }] of Object.entries(poolsSoFar)) this.#buffers.set(name, buffer);
  }

  /** Reports the events of pools that are not there any more; to be called when all pools are added. */
  reportLostEvents(): void {
    for (const [name, { length }] of this.#buffers) {
      if (length > 0) {
        this.#options.log.warn(
          `pool ${name} is not configured any more: discarding ${length} buffered events`,
        );
      }
    }
    this.#buffers.clear();
  }

  /** No pool has a result that waits for its verdict. */
  get isQuiet(): boolean {
    return [...this.#pools.values()].every(({ pool }) => pool.isQuiet);
  }

  /** Whether the process is a listener that waits for an event. */
  isReadyListener(process: ManagedProcess): boolean {
    return this.#pools.get(process.groupName)?.pool.isReady(process) ?? false;
  }

  /** A listener goes on from the state that it had with an earlier daemon; to be called before it is adopted. */
  goOn(process: ManagedProcess, snapshot: ListenerSnapshot): void {
    this.#pools.get(process.groupName)?.pool.begin(process, snapshot);
  }

  /** A listener is adopted, and can be sent what waits. */
  adopted(process: ManagedProcess): void {
    this.#pools.get(process.groupName)?.pool.resume(process);
  }

  /** A process has changed its state: listeners are notified, and a run of a listener begins or ends. */
  processChanged(process: ManagedProcess, change: StateChange): void {
    const pool = this.#pools.get(process.groupName)?.pool;
    if (change.to === 'STARTING') {
      pool?.begin(process);
    }
    this.bus.publish(`PROCESS_STATE_${change.to}`, () =>
      processStateEvent({ name: process.config.name, groupName: process.groupName }, change),
    );
    if (change.to === 'RUNNING') {
      pool?.dispatch();
    } else if (RUN_IS_OVER.has(change.to)) {
      pool?.end(process);
    }
  }

  /** A process has become healthy or, with the failures of its checks, unhealthy. */
  healthChanged(process: ManagedProcess, unhealthy: { failed: number; reason: string } | null): void {
    const { config, groupName, pid } = process;
    const type = unhealthy === null ? 'VISORD_EVENT_HEALTH_HEALTHY' : 'VISORD_EVENT_HEALTH_UNHEALTHY';
    this.bus.publish(type, () => healthEvent({ name: config.name, groupName, pid }, unhealthy));
  }

  /** The listeners of the output of a new run of a process, besides its logs. */
  outputListenersOf(process: ManagedProcess, channel: OutputName): OutputListeners {
    const pool = this.#pools.get(process.groupName)?.pool;
    const isProtocol = pool !== undefined && channel === 'stdout';
    const logType = channel === 'stdout' ? 'PROCESS_LOG_STDOUT' : 'PROCESS_LOG_STDERR';
    const communicationType =
      channel === 'stdout' ? 'PROCESS_COMMUNICATION_STDOUT' : 'PROCESS_COMMUNICATION_STDERR';
    let lastPid = 0;
    const subject = (): EventSubject => {
      lastPid = process.pid || lastPid;
      return { name: process.config.name, groupName: process.groupName, pid: lastPid };
    };
    const logged: OutputListener = (bytes) =>
      this.bus.publish(logType, () => processLogEvent(subject(), channel, outputText(bytes)));
    return {
      protocol: isProtocol ? pool.protocolListenerOf(process) : null,
      logged: process.config[channel].eventsEnabled && !isProtocol ? logged : null,
      captured: (bytes) => {
        this.bus.publish(communicationType, () =>
          processCommunicationEvent(subject(), channel, outputText(bytes)),
        );
        this.#options.log.debug(`${pythonRepr(process.config.name)} ${channel} emitted a comm event`);
      },
    };
  }

  /** Calls the subscriber for events of these types until the function that is returned is called. */
  subscribe(types: ReadonlySet<EventType>, subscriber: EventSubscriber): () => void {
    const unsubscribe = this.bus.subscribe(types, subscriber);
    this.#ticks.update();
    return () => {
      unsubscribe();
      this.#ticks.update();
    };
  }

  stop(): void {
    for (const name of [...this.#pools.keys()]) {
      this.removePool(name);
    }
    this.#ticks.stop();
    this.#stdout?.close();
    this.#stdout = null;
  }

  #resultHandler(pool: string, spec: ResultHandlerChoice): ResultHandler {
    if (spec === null) {
      return DEFAULT_RESULT_HANDLER;
    }
    if (spec === 'stdout') {
      return stdoutResultHandler((bytes) => this.#openStdout().write(bytes));
    }
    const loaded = loadHandler(spec);
    loaded.catch((error: Error) => {
      this.#options.log.critical(
        `pool ${pool}: result_handler ${spec.text} cannot be used: ${error.message}`,
      );
    });
    return resultHandlerOf(() => loaded);
  }

  #openStdout(): LazyLog {
    const { log } = this.#options;
    const report = (message: string): void => log.warn(message);
    this.#stdout ??= new LazyLog(STDOUT, { failed: report, recovered: report });
    return this.#stdout;
  }
}

const STDOUT = { path: '/dev/stdout', maxBytes: 0, backups: 0 } as const;

const RUN_IS_OVER: ReadonlySet<string> = new Set(['BACKOFF', 'EXITED', 'STOPPED', 'FATAL']);

async function loadHandler({ path, exportName }: PluginSpec): Promise<ResultHandlerFunction> {
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const exported =
    module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof exported !== 'function') {
    throw new Error(`it exports no function ${exportName}`);
  }
  return exported as ResultHandlerFunction;
}
