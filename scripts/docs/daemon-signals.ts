/**
 * What the daemon does on each signal, for the reference page and the manual page.
 *
 * @module
 */

export const DAEMON_SIGNALS: readonly { readonly names: string; readonly meaning: string }[] = [
  { names: 'SIGTERM, SIGINT, SIGQUIT', meaning: 'Stop every program and exit.' },
  {
    names: 'SIGHUP',
    meaning: 'Stop every program, read the configuration again and start anew, as `supervisorctl reload`.',
  },
  {
    names: 'SIGUSR1',
    meaning:
      'Go on as the installed version under the same pid, as `supervisorctl upgrade`; no program is restarted.',
  },
  { names: 'SIGUSR2', meaning: 'Close and reopen the log of the daemon and the logs of the programs.' },
];
