/**
 * The checks of the processes of a daemon. A check belongs to one run of a process: it begins with the run and ends with
 * it, and no answer reaches a later one.
 *
 * @module
 */
import type { FailureAction } from '../config/tables/check-values.ts';
import { isEqual } from '../config/tables/equality.ts';
import type { ProcessConfig } from '../config/types.ts';
import { now } from '../io/clock.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { HostedProcess, ReportingOptions } from '../process/host.ts';
import { hasNotifySocket } from '../process/lifecycle-policy.ts';
import type { HealthReport } from '../process/managed-process.ts';
import { failureOf, runSideCommand, type SideCommandHost } from '../process/spawn/side-command.ts';
import type { OutputTap } from '../process/taps/output-tap.ts';
import { LineMatch } from './line-match.ts';
import { Reports } from './notify/reports.ts';
import { checkPeriodically } from './periodic-check.ts';
import { probeOf } from './probes/probe.ts';
import { ReadyDescriptors } from './ready-descriptors.ts';
import { type CheckResult, CheckResults } from './results.ts';
import {
  firstLivenessCheckMs,
  longestDelayMs,
  nextLivenessCheckMs,
  readinessPauseMs,
  shareOf,
} from './spread.ts';
import { describeHealth, type Health, nextHealth, UNCHECKED } from './verdict.ts';

export interface ChecksHost extends SideCommandHost {
  readonly log: MainLog;
}

/** What the current check of a process is for. */
type Phase = 'readiness' | 'liveness';

/** The check of one run of a process, in one phase. */
interface Run {
  readonly id: number;
  readonly phase: Phase;
  health: Health;
  /** Why the last readiness check failed; null before that. */
  notReady: string | null;
  cancel: () => void;
}

export class Checks {
  readonly #host: ChecksHost;
  readonly #onHealth: (process: HostedProcess, health: Health) => void;
  readonly #reports: Reports;
  readonly #descriptors: ReadyDescriptors;
  readonly #results = new CheckResults<HostedProcess>();
  readonly #runs = new Map<HostedProcess, Run>();
  /** Running commands for a change of health. */
  readonly #actions = new Set<() => void>();

  /** @param onHealth called when a process has become healthy or unhealthy, and when its health is unknown again */
  constructor(host: ChecksHost, onHealth: (process: HostedProcess, health: Health) => void) {
    this.#host = host;
    this.#onHealth = onHealth;
    this.#reports = new Reports(host);
    this.#descriptors = new ReadyDescriptors(host);
  }

  /** Opens the notification socket or the descriptor for a new run. @throws PosixError, ErrnoException */
  openRun(process: HostedProcess): ReportingOptions {
    const { config } = process;
    const surroundings = hasNotifySocket(config) ? this.#reports.openRun(process) : NOTHING_ADDED;
    const { target } = config.readiness;
    return target?.kind === 'descriptor'
      ? { ...surroundings, extraFifo: this.#descriptors.openRun(process, target.descriptor) }
      : surroundings;
  }

  /** The process may have changed its state: checks begin and end. */
  follow(process: HostedProcess): void {
    if (hasNotifySocket(process.config)) {
      this.#reports.follow(process);
    }
    this.#followPhase(process);
    if (process.config.readiness.target?.kind === 'descriptor') {
      this.#descriptors.follow(process);
    }
  }

  /** The process has another configuration: the checks that it changes begin anew. */
  reconfigured(process: HostedProcess, before: ProcessConfig): void {
    const { config } = process;
    if (!isEqual(before.readiness, config.readiness) || !isEqual(before.liveness, config.liveness)) {
      this.#runs.get(process)?.cancel();
      this.#runs.delete(process);
      this.#followPhase(process);
      this.#onHealth(process, UNCHECKED);
    }
  }

  #followPhase(process: HostedProcess): void {
    const phase = phaseOf(process);
    const current = this.#runs.get(process);
    if (current !== undefined && current.phase === phase && current.id === process.runId) {
      return;
    }
    current?.cancel();
    this.#runs.delete(process);
    if (phase === null) {
      return;
    }
    const run: Run = { id: process.runId, phase, health: UNCHECKED, notReady: null, cancel: () => {} };
    this.#runs.set(process, run);
    run.cancel =
      phase === 'readiness' ? this.#awaitReadiness(process, run) : this.#checkLiveness(process, run);
  }

  healthOf(process: HostedProcess): HealthReport {
    const { health, notReady } = this.#runs.get(process) ?? { health: UNCHECKED, notReady: null };
    const texts = [
      this.#reports.textOf(process),
      notReady === null ? null : `not ready: ${notReady}`,
      describeHealth(health),
    ].filter((text) => text !== null);
    return {
      isHealthy: health.isHealthy,
      text: texts.length === 0 ? null : texts.join(', '),
    };
  }

  /** The last results, the oldest first. */
  resultsOf(process: HostedProcess): readonly CheckResult[] {
    return this.#results.of(process);
  }

  /** The search for the line that makes a process ready, in one channel of the new run; null if there is none. */
  lineMatchOf(process: HostedProcess): OutputTap | null {
    const { target } = process.config.readiness;
    if (target?.kind !== 'log' || !process.awaitsReadiness) {
      return null;
    }
    const id = process.runId;
    const isWanted = (): boolean => process.runId === id && process.awaitsReadiness;
    return new LineMatch(new RegExp(target.pattern, 'u'), isWanted, () => {
      setImmediate(() => {
        if (isWanted()) {
          this.#becomeReady(process);
        }
      });
    });
  }

  /** The socket files of the checks. */
  keptFiles(): Iterable<KeptFile> {
    return this.#reports.keptFiles();
  }

  /** Ends all checks, at the end of the daemon. */
  close(): void {
    this.#reports.close();
    for (const { cancel } of this.#runs.values()) {
      cancel();
    }
    this.#runs.clear();
    this.#descriptors.close();
    for (const cancel of this.#actions) {
      cancel();
    }
    this.#actions.clear();
  }

  #awaitReadiness(process: HostedProcess, run: Run): () => void {
    const { target, periodSeconds, probeSeconds } = process.config.readiness;
    if (target === null || target.kind === 'log' || target.kind === 'notify') {
      return () => {};
    }
    if (target.kind === 'descriptor') {
      return this.#descriptors.awaitReady(process, target.descriptor, () => this.#becomeReady(process));
    }
    const timeoutMs = probeSeconds * 1000;
    const kind = target.kind === 'command' ? 'command' : 'connection';
    const pauseMs = (): number =>
      readinessPauseMs(kind, now().monotonicMs - process.runId, periodSeconds * 1000);
    return checkPeriodically({
      probe: probeOf({ host: this.#host, process, target, check: 'readiness', timeoutMs }),
      firstAtMs: now().monotonicMs + pauseMs() * shareOf(nameOf(process)),
      nextAtMs: (beganAtMs) => beganAtMs + pauseMs(),
      timeoutMs,
      onResult: (failure, tookMs) => {
        this.#results.add(process, { check: 'readiness', failure, tookMs });
        if (failure === null) {
          process.advance({ type: 'ready' });
        } else {
          this.#host.log.debug(`${process.config.name}: not ready: ${failure}`);
          if (run.notReady !== failure) {
            run.notReady = failure;
            process.reportChanged();
          }
        }
      },
    });
  }

  #checkLiveness(process: HostedProcess, run: Run): () => void {
    const { target, delaySeconds, periodSeconds, probeSeconds } = process.config.liveness;
    if (target === null) {
      return () => {};
    }
    const timeoutMs = probeSeconds * 1000;
    const pace = {
      startedAtMs: process.runId,
      delayMs: delaySeconds * 1000,
      periodMs: periodSeconds * 1000,
      share: shareOf(nameOf(process)),
    };
    const firstAtMs = firstLivenessCheckMs(pace, now().monotonicMs);
    return checkPeriodically({
      probe: probeOf({ host: this.#host, process, target, check: 'liveness', timeoutMs }),
      firstAtMs,
      nextAtMs: () => nextLivenessCheckMs(firstAtMs, pace.periodMs, now().monotonicMs),
      longestDelayMs: longestDelayMs(pace.periodMs),
      timeoutMs,
      onResult: (failure, tookMs) => {
        this.#results.add(process, { check: 'liveness', failure, tookMs });
        this.#nextHealth(process, run, failure);
      },
    });
  }

  /** The process itself has reported that it is ready. */
  #becomeReady(process: HostedProcess): void {
    this.#results.add(process, { check: 'readiness', failure: null, tookMs: null });
    process.advance({ type: 'ready' });
  }

  #nextHealth(process: HostedProcess, run: Run, failure: string | null): void {
    const { name, liveness } = process.config;
    const before = run.health;
    run.health = nextHealth(before, failure, liveness);
    const text = describeHealth(run.health);
    if (run.health.isHealthy !== before.isHealthy || text !== describeHealth(before)) {
      process.reportChanged();
    }
    if (failure !== null) {
      this.#host.log.debug(`${name}: liveness check failed: ${failure}`);
    }
    if (run.health.isHealthy === before.isHealthy) {
      return;
    }
    this.#onHealth(process, run.health);
    if (run.health.isHealthy === false) {
      this.#host.log.warn(`${name}: ${text}`);
      this.#act(process, liveness.onFailure, text ?? '');
    } else if (before.isHealthy === false) {
      this.#host.log.info(`${name}: healthy again`);
      if (liveness.onSuccess !== null) {
        this.#run(process, liveness.onSuccess, '');
      }
    }
  }

  #act(process: HostedProcess, action: FailureAction, reason: string): void {
    switch (action.kind) {
      case 'restart':
        process.advance({ type: 'restart', reason, countsAsFailure: true });
        return;
      case 'stop':
        process.stop();
        return;
      case 'command':
        this.#run(process, action.command, reason);
        return;
      case 'none':
        return;
    }
  }

  /** Runs the command for a change of health; its result has no effect. */
  #run(process: HostedProcess, command: string, reason: string): void {
    const { config, groupName, pid } = process;
    const timeoutMs = config.hooks.timeoutSeconds * 1000;
    const cancel = runSideCommand({
      host: this.#host,
      config,
      groupName,
      command,
      environment: {
        SUPERVISOR_CHECK: 'liveness',
        SUPERVISOR_CHECK_FAILURE: reason,
        SUPERVISOR_PID: String(pid),
      },
      timeoutMs,
      onEnd: (outcome) => {
        this.#actions.delete(cancel);
        const failure = failureOf(outcome, timeoutMs);
        if (failure !== null) {
          this.#host.log.warn(`${config.name}: ${command}: ${failure}`);
        }
      },
    });
    this.#actions.add(cancel);
  }
}

const NOTHING_ADDED: ReportingOptions = { environment: {}, pidVariables: [] };

function phaseOf({ state, pid, config, awaitsReadiness }: HostedProcess): Phase | null {
  if (pid === 0) {
    return null;
  }
  if (state === 'STARTING' && config.readiness.target !== null && awaitsReadiness) {
    return 'readiness';
  }
  return state === 'RUNNING' && config.liveness.target !== null ? 'liveness' : null;
}

function nameOf({ groupName, config }: HostedProcess): string {
  return `${groupName}:${config.name}`;
}
