/**
 * Every scenario, in the order in which they run: the longest first, so that they end together.
 *
 * @module
 */
import type { Scenario } from '../scenario.ts';
import { capture } from './capture.ts';
import { childView } from './child-view.ts';
import { clientScenarios } from './client.ts';
import { commands } from './commands.ts';
import { configurationAgain, configurationReread, configurationStart } from './configuration.ts';
import { eventScenarios } from './events.ts';
import { fcgiScenarios } from './fcgi.ts';
import { httpAuth } from './http/auth.ts';
import { httpFailedLogins } from './http/failed-logins.ts';
import { httpIpv6 } from './http/ipv6.ts';
import { httpLogtail } from './http/logtail.ts';
import { httpPatience } from './http/patience.ts';
import { httpRaw } from './http/raw.ts';
import { languageScenarios } from './languages.ts';
import { lifecycleAtOnce } from './lifecycle/at-once.ts';
import { lifecycleClock } from './lifecycle/clock.ts';
import { lifecycleDaemon } from './lifecycle/daemon.ts';
import { lifecycleKilled } from './lifecycle/killed.ts';
import { lifecycleLogs } from './lifecycle/logs.ts';
import { lifecycleRemovedFiles } from './lifecycle/removed-files.ts';
import { lifecycleShutdown } from './lifecycle/shutdown.ts';
import { lifecycleStarting } from './lifecycle/starting.ts';
import { lifecycleStopping } from './lifecycle/stopping.ts';
import { lifecycleUnknown } from './lifecycle/unknown.ts';
import { pluginsModules, pluginsPackages } from './plugins.ts';
import { referenceSuite } from './reference-suite.ts';
import { rpcConfigInfo, rpcReload } from './rpc/configuration.ts';
import { rpcEndings } from './rpc/endings.ts';
import { rpcLogs } from './rpc/logs.ts';
import { rpcMethods } from './rpc/methods.ts';
import { rpcMulticall } from './rpc/multicall.ts';
import { rpcProcesses } from './rpc/processes.ts';
import { rpcPython } from './rpc/python.ts';
import { syslogScenario } from './syslog.ts';
import { tornado } from './tornado.ts';
import { web } from './web.ts';

export const scenarios: readonly Scenario[] = [
  ...clientScenarios,
  configurationStart,
  referenceSuite,
  httpFailedLogins,
  httpPatience,
  web,
  tornado,
  capture,
  ...eventScenarios,
  ...fcgiScenarios,
  syslogScenario,
  ...languageScenarios,
  lifecycleStarting,
  lifecycleStopping,
  lifecycleLogs,
  lifecycleClock,
  lifecycleDaemon,
  lifecycleShutdown,
  lifecycleAtOnce,
  lifecycleKilled,
  lifecycleRemovedFiles,
  lifecycleUnknown,
  configurationReread,
  configurationAgain,
  childView,
  commands,
  rpcProcesses,
  rpcMulticall,
  rpcPython,
  rpcMethods,
  rpcLogs,
  rpcReload,
  rpcEndings,
  rpcConfigInfo,
  pluginsModules,
  pluginsPackages,
  httpRaw,
  httpLogtail,
  httpAuth,
  httpIpv6,
];
