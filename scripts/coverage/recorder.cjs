// Is loaded by the commands in dist/bin during `npm run coverage`, before anything else: counts what runs of the
// bundles, and writes a report when the process ends, executes another program, or receives SIGIO, which ends it.
// A process that ends by SIGKILL leaves only the mark of its start.
const { existsSync, renameSync, rmSync, writeFileSync } = require('node:fs');

/**
 * @param folder of the reports; a process that does not find it counts nothing
 * @param scripts the folder of the bundles, with a slash at its end
 */
module.exports = function record(folder, scripts) {
  if (!existsSync(folder)) return;
  const { Session } = require('node:inspector');
  const { pathToFileURL } = require('node:url');
  const prefix = pathToFileURL(scripts).href;
  const name = `${folder}/${process.pid}-${process.hrtime.bigint()}`;
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  unlessRefused(() => writeFileSync(`${name}.started`, ''));

  let reports = 0;
  const report = () => {
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) return;
      const counts = taken.result
        .filter(({ url }) => url.startsWith(prefix))
        .map(({ url, functions }) => [
          url.slice(prefix.length),
          functions.flatMap(({ ranges }) => ranges).flatMap(inOrder),
        ]);
      reports += 1;
      unlessRefused(() => {
        writeFileSync(`${name}-${reports}.part`, JSON.stringify(counts));
        renameSync(`${name}-${reports}.part`, `${name}-${reports}.json`);
        rmSync(`${name}.started`, { force: true });
      });
    });
  };

  const { kill, dlopen } = process;
  process.on('exit', report);
  process.on('SIGIO', () => process.kill(process.pid, 'SIGKILL'));
  process.kill = (pid, signal) => {
    if (pid === process.pid && signal !== 0) report();
    return kill.call(process, pid, signal);
  };
  process.dlopen = (module, ...rest) => {
    dlopen.call(process, module, ...rest);
    const { execve } = module.exports;
    if (execve === undefined) return;
    module.exports.execve = (...args) => {
      report();
      return execve(...args);
    };
  };
};

const inOrder = ({ startOffset, endOffset, count }) => [startOffset, endOffset, count];

/** The folder may be out of reach for a process that has changed its user or its root, and the disk may be full. */
function unlessRefused(action) {
  try {
    action();
  } catch {}
}
