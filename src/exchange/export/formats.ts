/**
 * The table of the formats that programs are exported to.
 *
 * @module
 */
import type { ExportFormat } from './format.ts';

/** By name. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: 'compose',
    about: 'a Compose file with a service for each program',
    needsImage: false,
    write: async (config, settings) => [(await import('./compose.ts')).exportCompose(config, settings)],
  },
  {
    name: 'kubernetes',
    about: 'a Deployment, Job or CronJob for each program',
    needsImage: true,
    write: async (config, settings) => [(await import('./kubernetes.ts')).exportKubernetes(config, settings)],
  },
  {
    name: 'systemd',
    about: 'a unit for each process, and a target for all of them',
    needsImage: false,
    write: async (config, settings) => (await import('./systemd.ts')).exportUnits(config, settings),
  },
];
