/**
 * Removes a file that was made here, such as a listening socket's, and no other that has come into its place.
 *
 * @module
 */
import { lstatSync, unlinkSync } from './files.ts';

/**
 * What removes the file that is at the path now, if it is still the same one then. One that cannot be removed is left
 * alone: the next creation removes it, or reports why it cannot.
 */
export function removerOf(path: string): () => void {
  const made = lstatSync(path, { throwIfNoEntry: false });
  return made === undefined ? () => {} : () => removeOwn(path, made.dev, made.ino);
}

function removeOwn(path: string, device: number, inode: number): void {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.dev === device && found.ino === inode) {
      unlinkSync(path);
    }
  } catch {
    // The next creation removes it, or reports why it cannot.
  }
}
