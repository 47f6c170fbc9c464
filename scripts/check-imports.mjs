// Fails on an import circle in src/ (type imports count) and on an import that points up the list of rooms.
// Usage: node scripts/check-imports.mjs [FOLDER]; FOLDER holds the rooms and is `src` by default.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * The rooms of src/, the highest first. A file imports from its own room and from the rooms below it.
 */
const ROOMS = [
  'page',
  'bin',
  'checkup',
  'exchange',
  'service',
  'ctl',
  'mcp',
  'http',
  'rpc',
  'fleet',
  'supervisor',
  'schedule',
  'checks',
  'events',
  'process',
  'logs',
  'config',
  'xmlrpc',
  'io',
  'python',
  'native',
];

/**
 * The folders and single files inside a room, the highest first; `.` is every file of the room that is not in a
 * folder and not listed by itself. A room without an entry has no order inside it.
 */
const INSIDE = {
  config: ['.', 'dump', 'sections', 'types.ts', 'tables', 'text', 'host.ts', 'config-error.ts'],
  http: [
    '.',
    'web',
    'metrics',
    'api',
    'method-call.ts',
    'audit-trail.ts',
    'connections',
    'foreign-requests.ts',
    'machine-names.ts',
    'messages',
  ],
  ctl: [
    'client.ts',
    'shell.ts',
    'dispatch.ts',
    'settings.ts',
    'plugins',
    'fleet',
    'commands',
    'completion',
    'watch',
    'session.ts',
    '.',
    'names',
    'wire',
    'terminal',
  ],
  checkup: ['.', 'against', 'kinds', 'reading', 'finding.ts', 'subject.ts', 'machine', 'catalogue'],
  page: ['main.tsx', 'views', 'parts', 'live', 'model', 'styles'],
  process: ['.', 'adoption', 'usage', 'leftovers', 'cgroup', 'spawn', 'channels', 'taps', 'machine'],
};

/**
 * Rooms that may not import from every room below them, and the exceptions: rooms (`config/`) and single files.
 * The client is a program of its own: it shares tables with the daemon and none of its parts.
 */
const MAY_IMPORT = {
  ctl: [
    'config/',
    'io/',
    'python/',
    'xmlrpc/',
    'rpc/faults.ts',
    'rpc/versions.ts',
    'process/machine/states.ts',
    // A part of its own (scripts/build.mjs).
    'mcp/serve.ts',
  ],
  /** The live page runs in browsers. */
  page: ['process/machine/states.ts'],
};

/** Circles that are known and not mended yet, each as the files that are in it. */
const KNOWN_CIRCLES = [];

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src'));
const importsOf = readImports();
const complaints = [...upwardImports(), ...circles()];
for (const complaint of complaints) {
  console.error(complaint);
}
process.exitCode = complaints.length === 0 ? 0 : 1;

/** For each file the files that it imports; paths are relative to the root. */
function readImports() {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.d\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return new Map(files.map((file) => [file, importedFiles(file)]));
}

/** Those of static, dynamic and type imports, and of re-exports. */
function importedFiles(file) {
  const { importedFiles: found } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  const targets = found
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(file), name).split(sep).join('/'))
    .filter((target) => existsSync(join(root, target)));
  return [...new Set(targets)];
}

function upwardImports() {
  const found = [];
  for (const [file, targets] of importsOf) {
    for (const target of targets) {
      const reason = reasonAgainst(file, target);
      if (reason !== null) {
        found.push(`${file} imports ${target}: ${reason}`);
      }
    }
  }
  return found;
}

/** Null where the import is allowed. */
function reasonAgainst(file, target) {
  if (target.startsWith('../')) {
    return 'it is outside of the rooms';
  }
  const [from, to] = [roomOf(file), roomOf(target)];
  for (const room of [from, to]) {
    if (!ROOMS.includes(room)) {
      return `the room ${room} is not in the list of rooms`;
    }
  }
  if (from === to) {
    return reasonAgainstInside(file, target, INSIDE[from]);
  }
  if (ROOMS.indexOf(from) > ROOMS.indexOf(to)) {
    return `${to} is above ${from}`;
  }
  const allowed = MAY_IMPORT[from];
  const isAllowed = allowed === undefined || allowed.some((entry) => target.startsWith(entry));
  return isAllowed ? null : `${from} may import from ${allowed.join(', ')} only`;
}

function reasonAgainstInside(file, target, order) {
  if (order === undefined) {
    return null;
  }
  const [from, to] = [placeOf(file, order), placeOf(target, order)];
  for (const place of [from, to]) {
    if (!order.includes(place)) {
      return `${roomOf(file)}/${place} is not in the order of ${roomOf(file)}`;
    }
  }
  const isUp = order.indexOf(from) > order.indexOf(to);
  return isUp ? `${to === '.' ? roomOf(file) : to} is above ${from}` : null;
}

function roomOf(file) {
  return file.split('/')[0];
}

function placeOf(file, order) {
  const [, first, ...rest] = file.split('/');
  return rest.length > 0 || order.includes(first) ? first : '.';
}

function circles() {
  const found = [];
  const known = KNOWN_CIRCLES.map((files) => ({ files, isSeen: false }));
  for (const component of strongComponents()) {
    const match = known.find(({ files }) => component.every((file) => files.includes(file)));
    if (match !== undefined) {
      match.isSeen = true;
    } else {
      found.push(`import circle of ${component.length} files: ${shortestCircle(component).join(' > ')}`);
    }
  }
  for (const { files, isSeen } of known) {
    if (!isSeen) {
      found.push(`no circle any more, to be taken out of KNOWN_CIRCLES: ${files.join(', ')}`);
    }
  }
  return found;
}

/** Sets of files that all reach each other, and files that import themselves (Tarjan's algorithm). */
function strongComponents() {
  const indexes = new Map();
  const lowest = new Map();
  const stack = [];
  const components = [];
  const visit = (file) => {
    indexes.set(file, indexes.size);
    lowest.set(file, indexes.get(file));
    stack.push(file);
    for (const target of importsOf.get(file) ?? []) {
      if (!indexes.has(target)) {
        visit(target);
        lowest.set(file, Math.min(lowest.get(file), lowest.get(target)));
      } else if (stack.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file), indexes.get(target)));
      }
    }
    if (lowest.get(file) === indexes.get(file)) {
      const component = stack.splice(stack.indexOf(file));
      if (component.length > 1 || importsOf.get(file)?.includes(file)) {
        components.push(component.sort());
      }
    }
  };
  for (const file of importsOf.keys()) {
    if (!indexes.has(file)) {
      visit(file);
    }
  }
  return components;
}

/** The shortest way from the component's first file back to itself. */
function shortestCircle(component) {
  const [start] = component;
  const ways = [[start]];
  const seen = new Set();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const target of importsOf.get(way.at(-1)) ?? []) {
      if (target === start) {
        return [...way, start];
      }
      if (component.includes(target) && !seen.has(target)) {
        seen.add(target);
        ways.push([...way, target]);
      }
    }
  }
  return component;
}
