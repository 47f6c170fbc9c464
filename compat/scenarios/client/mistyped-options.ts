/**
 * A mistyped option: the stock client takes it for the name of a process, ours refuses the line ([better]).
 *
 * @module
 */
import type { Json, Scenario } from '../../scenario.ts';
import { untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { ourClient } from './two-clients.ts';

export const clientMistypedOptions: Scenario = {
  name: 'client-mistyped-options',
  title: '[better] a mistyped option is an error of our client; the stock one goes on with the other names',
  run: async (side) => {
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n${program('web', '/bin/cat', 'autostart=true')}`,
    );
    await side.start();
    await untilState(side, 'web', 'RUNNING');
    const pidOfWeb = async (): Promise<string> => (await side.ctl(['pid', 'web'])).stdout;
    for (const [label, client] of [
      ['stock', 'supervisorctl'],
      ['ours', ourClient(side)],
    ] as const) {
      const before = await pidOfWeb();
      const { stdout, code } = await side.command(client, [
        ...['-c', side.path('supervisord.conf')],
        ...['restart', '--roling', 'web'],
      ]);
      const shown: Json = { stdout, code, isRestarted: (await pidOfWeb()) !== before };
      const wanted = label === 'ours' ? OURS : STOCK;
      side.observe(`${label}: restart --roling web`, shown);
      if (JSON.stringify(shown) !== JSON.stringify(wanted)) {
        throw new Error(`${label}: ${JSON.stringify(shown)} instead of ${JSON.stringify(wanted)}`);
      }
    }
  },
};

const STOCK = {
  stdout:
    '--roling: ERROR (no such process)\nweb: stopped\n--roling: ERROR (no such process)\nweb: started\n',
  code: 1,
  isRestarted: true,
};

const OURS = {
  stdout: 'Error: restart has no option --roling, did you mean --rolling?\n',
  code: 2,
  isRestarted: false,
};
