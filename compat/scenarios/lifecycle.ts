/**
 * The life of programs and of the daemon itself.
 *
 * @module
 */
export { lifecycleDaemon } from './lifecycle/daemon.ts';
export { lifecycleLogs } from './lifecycle/logs.ts';
export { lifecycleShutdown } from './lifecycle/shutdown.ts';
export { lifecycleStarting } from './lifecycle/starting.ts';
export { lifecycleStopping } from './lifecycle/stopping.ts';
