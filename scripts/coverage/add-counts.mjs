// Adds what commands ran of the bundles to the coverage of their sources.
import { readFileSync } from 'node:fs';
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import { alignedOffsets } from './aligned.mjs';

/**
 * @param coverage of the sources by their paths, in the format of istanbul; is changed
 * @param scripts what scripts/build.mjs has written
 * @param countAt how often the character at an offset of a script was run
 */
export function addCounts(coverage, scripts, countAt) {
  const bundled = bundledPositions(scripts);
  for (const [path, file] of Object.entries(coverage)) {
    const positions = bundled.get(path);
    if (positions === undefined) continue;
    positions.sort(byPosition);
    const countIn = (location) => countOf(positions, location, countAt);
    for (const [id, location] of Object.entries(file.statementMap)) file.s[id] += countIn(location);
    for (const [id, { loc, decl }] of Object.entries(file.fnMap)) file.f[id] += countIn(loc) || countIn(decl);
    const consequents = consequentsIn(path);
    for (const [id, branch] of Object.entries(file.branchMap)) {
      countsOfBranch(branch, countIn, consequents).forEach((count, index) => {
        file.b[id][index] += count;
      });
    }
  }
}

/** Where the pieces of each source are in the scripts. */
function bundledPositions(scripts) {
  const bySource = new Map();
  for (const { name, text, bundled, map } of scripts) {
    const lineStarts = [0, ...[...bundled.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const offsetIn = alignedOffsets(bundled, text);
    for (const [line, segments] of decodedMappings(new TraceMap(map)).entries()) {
      for (const [column, source, originalLine, originalColumn] of segments) {
        const offset = source === undefined ? null : offsetIn(lineStarts[line] + column);
        if (offset === null) continue;
        const path = map.sources[source];
        if (!bySource.has(path)) bySource.set(path, []);
        bySource.get(path).push({ line: originalLine + 1, column: originalColumn, name, offset });
      }
    }
  }
  return bySource;
}

const byPosition = (one, other) => one.line - other.line || one.column - other.column;

/** The count of the first piece of the location, of all scripts together. */
function countOf(positions, { start, end }, countAt) {
  // JSON has null for a line up to its end.
  const last = { line: end.line, column: end.column ?? Number.POSITIVE_INFINITY };
  const seen = new Set();
  let sum = 0;
  for (let at = firstFrom(positions, start); at < positions.length; at += 1) {
    const position = positions[at];
    if (byPosition(position, last) >= 0) break;
    if (seen.has(position.name)) continue;
    seen.add(position.name);
    sum += countAt(position.name, position.offset);
  }
  return sum;
}

function firstFrom(positions, start) {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byPosition(positions[middle], start) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countsOfBranch({ type, loc, locations }, countIn, consequents) {
  if (type !== 'if') return locations.map(countIn);
  const consequent = consequents.get(`${loc.start.line}:${loc.start.column}`);
  const taken = consequent === undefined ? 0 : countIn(consequent);
  return locations.map((location, index) => {
    if (index === 0) return taken;
    // Without an `else`.
    return location.start.line === undefined ? Math.max(0, countIn(loc) - taken) : countIn(location);
  });
}

/** istanbul has the location of the whole statement in the place of that of its first branch. */
function consequentsIn(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const at = (offset) => {
    const { line, character } = source.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character };
  };
  const found = new Map();
  const visit = (node) => {
    if (ts.isIfStatement(node)) {
      const start = at(node.getStart(source));
      const { thenStatement } = node;
      found.set(`${start.line}:${start.column}`, {
        start: at(thenStatement.getStart(source)),
        end: at(thenStatement.end),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
