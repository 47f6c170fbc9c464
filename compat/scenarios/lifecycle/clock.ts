/**
 * A clock that is set while programs start, stop and run. libfaketime shows another time to the daemon and to nothing
 * else; the monotonic clock stays as it is.
 *
 * @module
 */
import { renameSync } from 'node:fs';
import { findLibrary } from '../../harness/debian.ts';
import type { Json, Scenario, Side } from '../../scenario.ts';
import { listener, receivedBy, writeListeners } from '../events/listeners.ts';
import { resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

/** Takes the place of the C library's functions that return the time. */
const FAKETIME = 'faketime/libfaketimeMT.so.1';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The reference acts within one; what the programs wait for takes much longer. */
const LOOK_SECONDS = 4;

export const lifecycleClock: Scenario = {
  name: 'lifecycle-clock',
  title: 'the clock is set an hour forward and a day back while programs start, stop and run',
  differences: ['clock-change'],
  needs: [`library:${FAKETIME}`, 'python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    side.writeFile(
      'stubborn.sh',
      "#!/bin/sh\ntrap '' TERM\necho ready\nwhile :; do sleep 0.05; done\n",
      0o755,
    );
    side.writeFile('supervisord.conf', configuration(side));
    setClock(side, 0);
    await side.start({ environment: fakeClock(side) });
    for (const name of ['steady', 'ticks']) await untilState(side, name, 'RUNNING');
    await untilLogged(side, 'stubborn', 'ready');
    const pid = await tell(side, 'steady', 'pid');

    await resultOf(side, 'startProcess', 'slow', false);
    await resultOf(side, 'stopProcess', 'stubborn', false);
    setClock(side, HOUR_SECONDS);
    side.observe('forward: a program that starts', await stateAfter(side, 'slow', 'STARTING'));
    side.observe('forward: a program that stops', await stateAfter(side, 'stubborn', 'STOPPING'));
    await ticksOfNewTime(side, 'forward');

    await resultOf(side, 'startProcess', 'brief', false);
    setClock(side, -DAY_SECONDS);
    side.observe('back: a program that starts', await stateAfter(side, 'brief', 'STARTING', 30));
    await ticksOfNewTime(side, 'back');
    side.observe(
      'back: a program that runs',
      String(await tell(side, 'steady', 'description')).replace(`pid ${pid},`, 'the same pid,'),
    );
    await side.rpc('supervisor.signalProcess', ['stubborn', 'KILL']);
  },
};

function configuration(side: Side): string {
  return [
    side.preamble,
    '[supervisord]\nenvironment=LD_PRELOAD=""\n',
    program('steady', '/bin/sleep 1000', 'autostart=true'),
    program('slow', '/bin/sleep 1000', 'startsecs=60'),
    program('brief', '/bin/sleep 1000', 'startsecs=3'),
    program('stubborn', side.path('stubborn.sh'), 'autostart=true', 'stopwaitsecs=60'),
    listener(side, 'ticks', 'python', 'TICK_5', 'stopwaitsecs=1'),
  ].join('\n');
}

/** What makes a daemon look into the file `clock` whenever it asks for the time of day. */
function fakeClock(side: Side): Record<string, string> {
  return {
    LD_PRELOAD: findLibrary(FAKETIME) ?? '',
    FAKETIME_TIMESTAMP_FILE: side.path('clock'),
    FAKETIME_NO_CACHE: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

/** @param seconds how far the daemon's clock is ahead of the machine's */
function setClock(side: Side, seconds: number): void {
  renameSync(side.writeFile('clock.new', `${seconds < 0 ? '' : '+'}${seconds}\n`), side.path('clock'));
}

async function tell(side: Side, name: string, member: string): Promise<Json> {
  const info = await resultOf(side, 'getProcessInfo', name);
  return (info as Readonly<Record<string, Json>>)[member] ?? null;
}

/** The state that comes after this one, or this one if none comes soon. */
async function stateAfter(side: Side, name: string, state: string, seconds = LOOK_SECONDS): Promise<Json> {
  const isOther = async () => (await tell(side, name, 'statename')) !== state;
  await side.waitFor('another state', isOther, seconds).catch(() => undefined);
  return tell(side, name, 'statename');
}

async function ticksOfNewTime(side: Side, title: string): Promise<void> {
  const now = Number(await tell(side, 'steady', 'now'));
  const ticks = () =>
    receivedBy(side, 'ticks')
      .map(({ payload }) => Number(payload.slice('when:'.length)))
      .filter((when) => Math.abs(when - now) < HOUR_SECONDS / 2);
  const come = await side
    .waitFor('two ticks of the new time', () => ticks().length > 1)
    .then(
      () => 'come',
      () => 'do not come',
    );
  side.observe(`${title}: ticks of the new time`, ticks().length < 20 ? come : 'come all at once');
}
