/**
 * Wrong passwords, one after the other, and what the main log reports of them.
 *
 * @module
 */
import type { Address, Scenario } from '../../scenario.ts';
import { observeCalls } from '../support/calls.ts';

/** From ten in a minute on, ours slows the address down. */
const TRIES = 10;

export const httpFailedLogins: Scenario = {
  name: 'http-failed-logins',
  title: 'wrong passwords one after the other on an inet server',
  differences: ['failed-login-delay'],
  run: async (side) => {
    const port = await side.freePort();
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[inet_http_server]\nport=127.0.0.1:${port}\nusername=anna\npassword=secret\n`,
    );
    await side.start();
    const login = (password: string): Address => ({
      kind: 'inet',
      host: '127.0.0.1',
      port,
      username: 'anna',
      password,
    });
    for (let number = 1; number <= TRIES; number += 1) {
      await observeCalls(side, [['getAPIVersion']], { title: `try ${number}`, address: login('wrong') });
    }
    await observeCalls(side, [['getAPIVersion']], { title: 'right password', address: login('secret') });
    const lines = side.readFile('main.log').split('\n');
    side.observe(
      'lines about failed logins',
      lines.filter((line) => line.includes('failed login')).map((line) => line.replace(/^.{24}/, '')),
    );
  },
};
