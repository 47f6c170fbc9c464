/**
 * `visord.getResourceHistory`: what processes have used over the last hour. It is recorded while it is asked for, and an
 * hour longer.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import { usageOf } from '../../process/usage/usage.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcStruct } from '../../xmlrpc/values.ts';
import { findProcess } from '../process-names.ts';

const INTERVAL_MS = 15_000;
const SAMPLES = 240;
const IDLE_INTERVALS = SAMPLES;
/** Stands for a missing figure. */
const NONE = -1;

/** @param name of a process @throws RpcFault BAD_NAME */
export function resourceHistory(supervisor: SupervisorView, name: string): RpcStruct {
  const process = findProcess(supervisor, name);
  let recording = recordings.get(supervisor);
  if (recording === undefined) {
    recording = new ResourceRecording(supervisor, () => recordings.delete(supervisor));
    recordings.set(supervisor, recording);
  }
  return recording.of(process);
}

const recordings = new WeakMap<SupervisorView, ResourceRecording>();

interface Sampled {
  pid: number;
  cpuSeconds: number;
  /** Percent of one processor, and bytes, at the places of the times. */
  readonly cpu: Float32Array;
  readonly memory: Float64Array;
}

class ResourceRecording {
  readonly #supervisor: SupervisorView;
  readonly #onEnd: () => void;
  readonly #times: number[] = [];
  /** Where the next sample goes in the arrays. */
  #place = 0;
  #sampledAtMs = Number.NaN;
  #unasked = 0;
  #samples = new Map<ManagedProcess, Sampled>();

  constructor(supervisor: SupervisorView, onEnd: () => void) {
    this.#supervisor = supervisor;
    this.#onEnd = onEnd;
    void this.#sample();
  }

  of(process: ManagedProcess): RpcStruct {
    this.#unasked = 0;
    const sampled = this.#samples.get(process);
    const order = this.#places();
    return {
      times: order.map((place) => new Double(this.#times[place] ?? 0)),
      cpu: order.map((place) => new Double(sampled?.cpu[place] ?? NONE)),
      memory: order.map((place) => new Double(sampled?.memory[place] ?? NONE)),
    };
  }

  /** From the oldest sample to the newest. */
  #places(): number[] {
    const count = this.#times.length;
    const first = count < SAMPLES ? 0 : this.#place;
    return Array.from({ length: count }, (_, index) => (first + index) % SAMPLES);
  }

  async #sample(): Promise<void> {
    const processes = [...this.#supervisor.groups.values()].flatMap((group) => [...group.processes.values()]);
    const running = processes.filter(({ pid }) => pid !== 0);
    const pids = running.map(({ pid }) => pid);
    const usages = await usageOf(running);
    const nowMs = performance.now();
    const passedSeconds = (nowMs - this.#sampledAtMs) / 1000;
    this.#sampledAtMs = nowMs;
    const place = this.#place;
    this.#times[place] = Date.now() / 1000;
    this.#place = (place + 1) % SAMPLES;
    const samples = new Map<ManagedProcess, Sampled>();
    for (const process of processes) samples.set(process, this.#samples.get(process) ?? emptySamples());
    this.#samples = samples;
    for (const sampled of samples.values()) {
      sampled.cpu[place] = NONE;
      sampled.memory[place] = NONE;
    }
    for (const [index, process] of running.entries()) {
      const [sampled, usage, pid = 0] = [samples.get(process), usages[index], pids[index]];
      if (sampled === undefined || usage === undefined) continue;
      const isSame = sampled.pid === pid && passedSeconds > 0;
      sampled.cpu[place] = isSame
        ? Math.max(0, ((usage.cpuSeconds - sampled.cpuSeconds) / passedSeconds) * 100)
        : NONE;
      sampled.memory[place] = usage.residentBytes;
      Object.assign(sampled, { pid, cpuSeconds: usage.cpuSeconds });
    }
    this.#arm();
  }

  #arm(): void {
    this.#unasked += 1;
    if (this.#unasked > IDLE_INTERVALS || this.#supervisor.state !== 'RUNNING') this.#onEnd();
    else setAlarm(INTERVAL_MS, () => void this.#sample());
  }
}

function emptySamples(): Sampled {
  return {
    pid: 0,
    cpuSeconds: 0,
    cpu: new Float32Array(SAMPLES).fill(NONE),
    memory: new Float64Array(SAMPLES).fill(NONE),
  };
}
