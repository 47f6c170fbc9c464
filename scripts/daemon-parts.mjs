// The parts of the daemon that are not loaded before one of their functions is called or one of their classes is
// instantiated, each with the modules that the rest of the daemon imports. What these modules import themselves is in the
// part as well, unless something else needs it. The rest of the daemon can neither use a table of these modules, nor
// `instanceof` with their classes, except through `await import()`.
export const PARTS = {
  /** For a daemon that finds processes of an earlier one. */
  adoption: [
    'src/process/adoption/channel-holders.ts',
    'src/process/adoption/orphans.ts',
    'src/supervisor/adoption/adoption.ts',
    'src/supervisor/adoption/completed-journal.ts',
    'src/supervisor/adoption/inherited-from.ts',
    'src/supervisor/adoption/inherited-sockets.ts',
    'src/supervisor/adoption/left-behind.ts',
    'src/supervisor/adoption/unchanged.ts',
    'src/supervisor/adoption/unjournaled.ts',
    'src/supervisor/adoption/unrecorded.ts',
  ],
  /** What answers below `/api/`. */
  api: ['src/http/api/api-handler.ts'],
  dump: ['src/config/dump/dump.ts'],
  events: ['src/events/pool.ts', 'src/events/stdout-handler.ts'],
  fcgi: ['src/process/spawn/kept-fcgi-socket.ts', 'src/config/sections/fcgi.ts'],
  /** Of a daemon that agrees with others where programs run. */
  fleet: ['src/fleet/fleet.ts'],
  fleetConfig: ['src/config/sections/fleet.ts'],
  /** Of a daemon that goes on after an upgrade. */
  handedSockets: ['src/http/connections/handed-sockets.ts'],
  /** Cgroups, and what programs leave behind. */
  leftovers: [
    'src/process/cgroup/cgroups.ts',
    'src/process/leftovers/run-scope.ts',
    'src/supervisor/adoption/leftovers.ts',
  ],
  /** The history of processes is read, or written anew. */
  history: ['src/supervisor/history/history-file.ts'],
  keptFiles: ['src/supervisor/kept-files/keeper.ts', 'src/supervisor/kept-files/files-of.ts'],
  /** Dependencies, hooks, checks, schedules and exit policies of programs. */
  lifecycle: ['src/supervisor/lifecycle/lifecycle.ts', 'src/supervisor/lifecycle/process-graph.ts'],
  metrics: ['src/http/metrics/metrics-handler.ts'],
  /** Methods that are called now and then. */
  methods: [
    'src/rpc/supervisor/config-info.ts',
    'src/rpc/system/multicall.ts',
    'src/rpc/visord/apply-config.ts',
    'src/rpc/visord/check-results.ts',
    'src/rpc/visord/fleet.ts',
    'src/rpc/visord/graph.ts',
    'src/rpc/visord/history.ts',
    'src/rpc/visord/listeners.ts',
    'src/rpc/visord/process-config.ts',
    'src/rpc/visord/reload.ts',
    'src/rpc/visord/resource-history.ts',
    'src/rpc/visord/resources.ts',
    'src/rpc/visord/run-hook.ts',
    'src/rpc/visord/status.ts',
    'src/rpc/visord/switches.ts',
  ],
  /** The nodes of `[fleet]` on the web page. */
  nodes: ['src/config/sections/fleet-nodes.ts', 'src/http/api/nodes/nodes-handler.ts'],
  /** What is done to output beside writing it to a log. */
  output: [
    'src/logs/log-copies.ts',
    'src/logs/syslog/destinations.ts',
    'src/process/taps/capture.ts',
    'src/process/taps/debug-copy.ts',
    'src/process/taps/line-formatter.ts',
    'src/process/taps/syslog-copy.ts',
  ],
  /** The files of the live page. */
  page: ['src/http/web/page-files.ts'],
  /** Of every daemon, a moment after its start. */
  pages: ['src/io/idle-pages.ts'],
  plugins: [
    'src/rpc/plugins/cache.ts',
    'src/rpc/plugins/plugin-methods.ts',
    'src/rpc/plugins/plugin-supervisor.ts',
    'src/rpc/plugins/twiddler.ts',
  ],
  /** Of programs with env_files or secret_files. */
  programFiles: ['src/process/spawn/files-of-variables.ts', 'src/process/spawn/hide-secrets.ts'],
  /** Of messages to syslogs of other machines. */
  remoteSyslog: ['src/logs/syslog/remote-syslog.ts'],
  rights: ['src/rpc/rights/limited-view.ts'],
  /** Of a daemon that a service manager has started. */
  serviceManager: ['src/supervisor/service-manager/service-manager.ts'],
  tail: ['src/http/log-tail-handler.ts', 'src/logs/follow-log.ts', 'src/logs/log-succession.ts'],
  tls: ['src/http/connections/tls-acceptor.ts'],
  /** Numbers of processes that clients set. */
  scale: ['src/rpc/visord/scale.ts', 'src/supervisor/scale/scaling.ts'],
  /** Updates by process, and restarts of several processes. */
  update: [
    'src/process/machine/reconfigured.ts',
    'src/process/reconfiguration.ts',
    'src/rpc/visord/restart-group.ts',
    'src/supervisor/restarts/restart-process.ts',
    'src/supervisor/restarts/restarts.ts',
    'src/supervisor/restarts/start-first.ts',
    'src/supervisor/update/update-result.ts',
    'src/supervisor/update/updates.ts',
  ],
  /** Of logs that rotate at certain times, are compressed, or expire. */
  upkeep: ['src/logs/rotation/upkeep.ts'],
  upgrade: ['src/supervisor/upgrade/upgrade.ts'],
  /** Of the program that an upgrade tries out. */
  trial: ['src/http/connections/try-servers.ts'],
  /** Memory and processor time of programs. */
  usage: ['src/process/usage/usage.ts'],
  /** Restarts of programs whose files change. */
  watch: ['src/supervisor/watch/file-watches.ts'],
  web: ['src/http/web/web-handler.ts'],
  /** Of requests that the quick reader does not read. */
  xml: ['src/xmlrpc/request-reader.ts'],
};
