// Everything that is wrong with the imports of a folder of rooms.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { circles } from './circles.mjs';
import { reasonAgainst } from './rules.mjs';

/** A line for each import that points up the list of rooms, and for each circle; type imports count. */
export function complaintsAbout(root) {
  const importsOf = readImports(root);
  return [...upwardImports(importsOf), ...circleLines(importsOf)];
}

/** For each file the files that it imports; paths are relative to the root. */
function readImports(root) {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.d\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return new Map(files.map((file) => [file, importedFiles(root, file)]));
}

/** Those of static, dynamic and type imports, and of re-exports. */
function importedFiles(root, file) {
  const { importedFiles: found } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  const targets = found
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(file), name).split(sep).join('/'))
    .filter((target) => existsSync(join(root, target)));
  return [...new Set(targets)];
}

function upwardImports(importsOf) {
  const found = [];
  for (const [file, targets] of importsOf) {
    for (const target of targets) {
      const reason = reasonAgainst(file, target);
      if (reason !== null) found.push(`${file} imports ${target}: ${reason}`);
    }
  }
  return found;
}

function circleLines(importsOf) {
  return circles(importsOf).map(
    ({ files, way }) => `import circle of ${files.length} files: ${way.join(' > ')}`,
  );
}
