/**
 * How the engine is reached, from the keys of `[fleet]`.
 *
 * @module
 */
import type { FleetConfig } from '../config/types.ts';
import { readFileSync } from '../io/files.ts';
import type { EngineSettings } from './engine/engine.ts';

/** Reads the files of TLS. @param timeoutMs time limit of a call @throws ErrnoException */
export function engineSettings(config: FleetConfig, timeoutMs: number): EngineSettings {
  const { engine, engineCaFile, engineCertFile, engineKeyFile, engineUsername, enginePasswordFile } = config;
  const contentOf = (path: string): string => readFileSync(path, 'utf8');
  const isSecure = engineCaFile !== null || engineCertFile !== null;
  return {
    members: engine,
    tls: isSecure
      ? {
          ca: engineCaFile === null ? null : contentOf(engineCaFile),
          certificate:
            engineCertFile === null || engineKeyFile === null
              ? null
              : { cert: contentOf(engineCertFile), key: contentOf(engineKeyFile) },
        }
      : null,
    user:
      engineUsername === null || enginePasswordFile === null
        ? null
        : { name: engineUsername, password: enginePasswordFile.text },
    timeoutMs,
  };
}
