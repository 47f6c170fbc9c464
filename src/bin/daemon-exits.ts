/**
 * The exit codes of `supervisord`.
 *
 * @module
 */

export const DAEMON_EXITS = {
  success: {
    code: 0,
    meaning:
      'The daemon ended after a shutdown or a signal; or it was started in the background; or a flag printed its text.',
  },
  failure: { code: 1, meaning: 'An unexpected error ended the daemon; it is printed.' },
  refused: {
    code: 2,
    meaning: 'The command line, the configuration or the address of a server is wrong; nothing was started.',
  },
} as const;
