/**
 * Collects the keys of one service unit.
 *
 * @module
 */
import type { ExportDraft } from './carry.ts';

/** Keys of `[Service]` in the order of the file; the others follow. */
const ORDER = [
  ...['Type', 'NotifyAccess', 'User', 'Group', 'WorkingDirectory', 'UMask', 'Environment', 'EnvironmentFile'],
  ...['ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'],
  ...['Restart', 'RestartSec', 'SuccessExitStatus', 'RestartForceExitStatus', 'RestartPreventExitStatus'],
];

export class UnitDraft implements ExportDraft {
  readonly notes: string[] = [];
  readonly #unit: [string, string][] = [];
  readonly #service: [string, string][] = [];

  unit(key: string, value: string): void {
    this.#unit.push([key, value]);
  }

  service(key: string, value: string | number): void {
    this.#service.push([key, String(value)]);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** The sections `[Unit]` and `[Service]`. */
  text(): string {
    const service = [...this.#service].sort(([a], [b]) => placeOf(a) - placeOf(b));
    return `[Unit]\n${lines(this.#unit)}\n[Service]\n${lines(service)}`;
  }
}

function placeOf(key: string): number {
  const place = ORDER.indexOf(key);
  return place < 0 ? ORDER.length : place;
}

function lines(keys: readonly [string, string][]): string {
  return keys.map(([key, value]) => `${key}=${value}\n`).join('');
}
