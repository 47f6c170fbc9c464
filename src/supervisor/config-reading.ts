/**
 * Configuration files that can be read only once: pipes, as of `supervisord -c <(envsubst < x)`, and descriptors, as
 * `/dev/stdin`. The command that was typed reads them, and hands what it has read to the daemon in the background.
 *
 * @module
 */
import { descriptorOf } from '../io/descriptor-path.ts';
import { readFileSync, statSync } from '../io/files.ts';

/** The contents of files that the daemon itself cannot read. */
export interface HandedFiles {
  /** Pairs of path and content. */
  readonly files: readonly (readonly [path: string, content: Buffer])[];
  /** Descriptors that are to stay open, so that a later reading finds of them what it would find here. */
  readonly descriptors: readonly number[];
}

export interface RecordingReader {
  /** @throws ErrnoException */
  readonly read: (path: string) => Buffer;
  /** What is to be handed over of all that was read so far. */
  readonly handed: () => HandedFiles;
}

/** Reads files, and keeps the content of those that another process cannot read. */
export function recordingReader(): RecordingReader {
  const files: [string, Buffer][] = [];
  const descriptors = new Set<number>();
  return {
    read(path) {
      const descriptor = descriptorOf(path);
      const isKept = descriptor !== null || !statSync(path).isFile();
      const content = readFileSync(path);
      if (isKept) {
        files.push([path, content]);
      }
      if (descriptor !== null) {
        descriptors.add(descriptor);
      }
      return content;
    },
    handed: () => ({ files, descriptors: [...descriptors] }),
  };
}

/** Takes the content of files that were handed over from there, and reads all others from their paths. */
export function handedReader(files: HandedFiles['files']): (path: string) => Buffer {
  const contents = new Map(files);
  return (path) => contents.get(path) ?? readFileSync(path);
}

export function encodeFiles(files: HandedFiles['files']): string {
  return JSON.stringify(files.map(([path, content]) => [path, content.toString('base64')]));
}

/** What `encodeFiles` made; nothing where the text was cut short. */
export function decodeFiles(text: string): HandedFiles['files'] {
  try {
    const files = JSON.parse(text) as readonly (readonly [string, string])[];
    return files.map(([path, content]) => [path, Buffer.from(content, 'base64')]);
  } catch {
    return [];
  }
}
