/**
 * The cost of the formats of log lines.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import type { Case, Figure, Samples } from '../figure.ts';
import { floodCommand, readReport } from '../log-writer.ts';
import { childCount, cpuSeconds } from '../proc.ts';
import { rpcRequest } from '../rpc.ts';
import { median } from '../statistics.ts';

const FORMATS = ['raw', 'text', 'json'] as const;
type Format = (typeof FORMATS)[number];

const FLOOD = { writeBytes: 80, totalBytes: 60_000_000 };
const TURNS = 3;
const FLOOD_SECONDS = 60;

export const logFormats: Case = {
  name: 'log-formats',
  setting:
    `three programs in Python write ${FLOOD.totalBytes / 1e6} MB of lines of 80 bytes each, one after the other, ${TURNS} times, and once ` +
    'before that is measured; one has the log format raw, one text, one json; a log is emptied at 50 MB',
  timeoutSeconds: (TURNS + 1) * FORMATS.length * FLOOD_SECONDS,
  isOursAlone: true,
  figures: [ratioFigure('text'), ratioFigure('json')],
  run: (subject) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({
        programs: {},
        sections: FORMATS.map((format) => section(bed.dir, format)).join(''),
      });
      const client = await daemon.firstAnswer();
      const cpuOf = async (format: Format): Promise<number> => {
        const report = reportOf(bed.dir, format);
        rmSync(report, { force: true });
        const before = cpuSeconds(daemon.pid);
        await client.ask(rpcRequest('supervisor.startProcess', [format, false]));
        await waitUntil('the program has written', () => readReport(report) !== null, FLOOD_SECONDS);
        await waitUntil('the program is reaped', () => childCount(daemon.pid) === 0, 10);
        return cpuSeconds(daemon.pid) - before;
      };
      const samples: Record<string, number[]> = {};
      for (let turn = 0; turn <= TURNS; turn += 1) {
        for (const format of FORMATS) {
          const cpu = await cpuOf(format);
          if (turn > 0) samples[sampleName(format)] = [...(samples[sampleName(format)] ?? []), cpu];
        }
      }
      client.close();
      return samples;
    }),
};

function section(dir: string, format: Format): string {
  return `
[program:${format}]
command=${floodCommand(dir, reportOf(dir, format), FLOOD)}
autostart=false
autorestart=false
startsecs=0
stdout_logfile=${join(dir, `logs/${format}.log`)}
stdout_logfile_backups=0
stdout_logfile_format=${format}
`;
}

function reportOf(dir: string, format: Format): string {
  return join(dir, `report-${format}`);
}

function ratioFigure(format: Exclude<Format, 'raw'>): Figure {
  return {
    name: `log-formats-${format}`,
    title: `cpu for lines of 80 bytes logged as ${format}, divided by that for raw lines`,
    meaning: 'utime and stime of the daemon for one format, divided by those for raw lines; medians',
    unit: 'ratio',
    better: 'lower',
    target: { kind: 'at most', value: 2 },
    value: (samples: Samples) => medianCpu(samples, format) / medianCpu(samples, 'raw'),
  };
}

function medianCpu(samples: Samples, format: Format): number {
  return median(samples[sampleName(format)] ?? []);
}

function sampleName(format: Format): string {
  return `log-formats.${format}`;
}
