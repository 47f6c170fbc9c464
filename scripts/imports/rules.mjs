// Which room of src/ may import from which.

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

/** Why a file may not import the other; null where it may. Paths are relative to the rooms. */
export function reasonAgainst(file, target) {
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
