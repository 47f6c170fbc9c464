// Restarts the running processes of a group one after the other, so that the others go on serving.
import { setTimeout as sleep } from 'node:timers/promises';

export function makeRollingRestart(supervisor, options) {
  const pauseSeconds = Number(options.pause_seconds ?? 0);
  if (!(pauseSeconds >= 0))
    throw new Error(`pause_seconds = ${options.pause_seconds} is not a number of seconds`);
  const busy = new Set();

  return {
    restartGroup: {
      help: 'Restart the running processes of a group, one after the other.',
      parameters: [{ name: 'group', type: 'string', help: 'the name of the group' }],
      returns: { type: 'array', help: 'names of the processes that were restarted' },
      async handle(group) {
        if (!supervisor.groups().includes(group)) throw supervisor.fault('BAD_NAME', group);
        if (busy.has(group)) throw supervisor.fault(1000, `BUSY: ${group}`);
        busy.add(group);
        try {
          return await restartAll(group);
        } finally {
          busy.delete(group);
        }
      },
    },

    getBusyGroups: () => [...busy],
  };

  async function restartAll(group) {
    const restarted = [];
    const members = supervisor.processes().filter((process) => process.group === group);
    for (const { name } of members.filter((process) => process.statename === 'RUNNING')) {
      if (restarted.length > 0) await sleep(pauseSeconds * 1000, undefined, { signal: supervisor.ended });
      await supervisor.call('supervisor.stopProcess', `${group}:${name}`);
      await supervisor.call('supervisor.startProcess', `${group}:${name}`);
      supervisor.log.info(`rolling restart of ${group}: ${name} is done`);
      restarted.push(name);
    }
    return restarted;
  }
}
