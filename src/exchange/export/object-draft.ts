/**
 * Collects the keys of one object of a YAML file.
 *
 * @module
 */
import type { ExportDraft } from './carry.ts';

export class ObjectDraft implements ExportDraft {
  readonly name: string;
  readonly content: Record<string, unknown> = {};
  readonly notes: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  set(key: string, value: unknown): void {
    this.content[key] = value;
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}
