// Stands in front of the daemon's main part (scripts/daemon-bundle.mjs), which loads the other parts with it.
/* global PARTS_FILE, PARTS */
const ofScript = {
  get url() {
    return require('node:url').pathToFileURL(__filename).href;
  },
};

/**
 * `performance` of Node.js loads eight modules. This one counts from the start of the machine, which makes no difference
 * to differences.
 */
const performanceNow = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
};

/**
 * Open as long as the daemon runs: the package may be replaced or removed under it, and the daemon may have dropped the
 * right to read it. Is not inherited by programs.
 */
const partsDescriptor = require('node:fs').openSync(`${__dirname}/${PARTS_FILE}`, 'r');

/** Has the modules of the main part by their paths in the checkout; set by the main part. */
let restOfDaemon;

const loadedParts = {};

function daemonPart(name) {
  loadedParts[name] ??= loadPart(name);
  return loadedParts[name];
}

function loadPart(name) {
  const [offset, length] = PARTS[name];
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    const count = require('node:fs').readSync(partsDescriptor, bytes, at, length - at, offset + at);
    if (count === 0) throw new Error(`${PARTS_FILE} has been cut off`);
    at += count;
  }
  const { compileFunction } = require('node:vm');
  const names = ['exports', 'require', 'restOfDaemon', 'daemonPart', 'ofScript', 'performanceNow'];
  const exported = {};
  compileFunction(bytes.latin1Slice(), names, { filename: `${__dirname}/${PARTS_FILE}:${name}` })(
    exported,
    require,
    restOfDaemon,
    daemonPart,
    ofScript,
    performanceNow,
  );
  return exported;
}
