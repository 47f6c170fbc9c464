/**
 * How the keys for starts, stops, schedules and checks of a program stand in a service unit.
 *
 * @module
 */
import { readinessTarget } from '../../config/tables/check-values.ts';
import { signalName } from '../../config/tables/signals.ts';
import type { ProcessConfig } from '../../config/types.ts';
import { secondsText } from '../duration.ts';
import type { CarriedKeys } from './carry.ts';
import type { UnitDraft } from './unit-draft.ts';

/** Signals after which systemd takes an end for a success. */
const CLEAN_SIGNALS = 'SIGHUP SIGINT SIGTERM SIGPIPE';

const RESTARTS = { always: 'always', never: 'no', unexpected: 'on-failure' } as const;

/** Seconds of systemd's own StartLimitIntervalSec and number of its StartLimitBurst. */
const OWN_LIMIT = 'systemd gives up after 5 starts in 10 seconds (StartLimitBurst)';

export const LIFECYCLE: CarriedKeys<UnitDraft> = {
  process_name: () => {},
  // The target starts the unit.
  autostart: () => {},
  autorestart: (draft, { autorestart, type, exitCodes }) => {
    const isRefused = type === 'oneshot' && autorestart === 'always';
    if (isRefused) draft.note('autorestart=true: a oneshot unit is restarted after a failure only');
    draft.service('Restart', isRefused ? 'on-failure' : RESTARTS[autorestart]);
    if (autorestart === 'unexpected') {
      if (type === 'simple') draft.service('RestartForceExitStatus', CLEAN_SIGNALS);
      else
        draft.note(
          `autorestart=unexpected: an end by one of ${CLEAN_SIGNALS} is a success of a oneshot unit`,
        );
      if (!exitCodes.includes(0)) draft.note('exitcodes: systemd takes 0 for a success');
    }
  },
  exitcodes: (draft, { exitCodes }) => {
    const codes = exitCodes.filter((code) => code !== 0);
    if (codes.length > 0) draft.service('SuccessExitStatus', codes.join(' '));
  },
  startsecs: (draft, { startSeconds, type, readiness }) => {
    if (startSeconds !== 0 && type === 'simple' && readiness.target?.kind !== 'notify') {
      draft.note(`startsecs=${startSeconds}: a unit counts as started at once`);
    }
  },
  startretries: (draft, { startRetries, pace, autorestart }) => {
    if (autorestart === 'never') return;
    if (pace.restartLimit > 0) {
      draft.unit('StartLimitBurst', String(pace.restartLimit));
      draft.unit('StartLimitIntervalSec', secondsText(pace.restartLimitSeconds));
    } else if (startRetries === -1) draft.unit('StartLimitIntervalSec', '0');
    if (startRetries !== -1)
      draft.note(
        `startretries=${startRetries}: ${pace.restartLimit > 0 ? 'only StartLimitBurst counts' : OWN_LIMIT}`,
      );
  },
  restart_limit_count: () => {},
  restart_limit_interval: () => {},
  restartpause: (draft, { pace }) => draft.service('RestartSec', secondsText(pace.pauseSeconds)),
  stopsignal: (draft, { stopSignal, laterStopSignals }) => {
    draft.service('KillSignal', signalName(stopSignal));
    if (laterStopSignals.length > 0) {
      draft.note(`stopsignal: ${laterStopSignals.map(signalName).join(', ')} is not sent; SIGKILL follows`);
    }
  },
  stopwaitsecs: (draft, { stopWaitSeconds }) => draft.service('TimeoutStopSec', stopWaitSeconds),
  kill_mode: (draft, process) => {
    const { isStop, isKill } = killedAsGroup(process);
    draft.service('KillMode', isStop ? 'control-group' : isKill ? 'mixed' : 'process');
    if (isStop && !isKill) draft.note('killasgroup=false: SIGKILL is sent to all processes of the unit');
  },
  stopasgroup: () => {},
  killasgroup: () => {},
  type: (draft, { type, schedule }) => {
    // It stays done, and does not run again for a unit that needs it.
    if (type === 'oneshot' && schedule.cron === null) draft.service('RemainAfterExit', 'yes');
  },
  reload_signal: (draft, { reloadSignal }) => {
    if (reloadSignal === null) return;
    draft.service('ExecReload', `/bin/kill -${signalName(reloadSignal).replace(/^SIG/, '')} $MAINPID`);
  },
};

function killedAsGroup({ killMode, stopAsGroup, killAsGroup }: ProcessConfig): {
  isStop: boolean;
  isKill: boolean;
} {
  return killMode === null
    ? { isStop: stopAsGroup, isKill: killAsGroup }
    : { isStop: killMode !== 'process', isKill: killMode !== 'process' };
}

export const SCHEDULE: CarriedKeys<UnitDraft> = {
  // They are in the timer.
  cron: () => {},
  timezone: () => {},
  run_on_start: () => {},
  catch_up: () => {},
};

export const CHECKS: CarriedKeys<UnitDraft> = {
  readiness_check_script: (draft, { readiness: { target }, type, watchdogSeconds }) => {
    const isNotify = target?.kind === 'notify';
    draft.service('Type', type === 'oneshot' ? 'oneshot' : isNotify ? 'notify' : 'exec');
    if (isNotify || watchdogSeconds > 0) draft.service('NotifyAccess', 'all');
    if (target !== null && !isNotify) {
      const text = readinessTarget.format(target);
      draft.note(`readiness_check_script=${text} has no counterpart: the unit counts as started at once`);
    }
  },
  readiness_timeout: (draft, { readiness: { target, timeoutSeconds }, type }) => {
    if (target?.kind === 'notify' || type === 'oneshot') {
      draft.service('TimeoutStartSec', timeoutSeconds > 0 ? secondsText(timeoutSeconds) : 'infinity');
    }
  },
  // They have no effect with notify.
  readiness_check_period: () => {},
  readiness_check_timeout: () => {},
  watchdog_sec: (draft, { watchdogSeconds, autorestart }) => {
    if (watchdogSeconds === 0) return;
    draft.service('WatchdogSec', secondsText(watchdogSeconds));
    if (autorestart === 'never')
      draft.note('watchdog_sec: with autorestart=false the unit is not started again');
  },
};
