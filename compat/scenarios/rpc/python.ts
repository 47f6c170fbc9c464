/**
 * The calls that people's Python scripts make, through Python's own client, over unix and inet.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { hidePids, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { PYTHON_SERVER } from '../support/python.ts';

export const rpcPython: Scenario = {
  name: 'rpc-python',
  title: 'Python xmlrpc.client over unix and inet: types, faults, multicall, one connection',
  differences: ['fault-for-traceback', 'own-methods'],
  run: async (side) => {
    const port = await side.freePort();
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}
[inet_http_server]
port=127.0.0.1:${port}
username=user
password=pass
${program('cat', '/bin/cat', 'autostart=true')}${program('slow', '/bin/cat', 'startsecs=1')}`,
    );
    await side.start();
    await untilState(side, 'cat', 'RUNNING');
    for (const [over, target] of [
      ['unix', side.path('s.sock')],
      ['inet', `http://user:pass@127.0.0.1:${port}/RPC2`],
      ['inet, wrong password', `http://user:word@127.0.0.1:${port}/RPC2`],
    ]) {
      const { stdout, stderr } = await side.python(CLIENT, [target ?? '', JSON.stringify(CALLS)]);
      if (stdout === '') throw new Error(stderr);
      for (const [what, answer] of JSON.parse(stdout)) side.observe(`${over}: ${what}`, hidePids(answer));
    }
  },
};

const CALLS = `
s.supervisor.getState()
s.supervisor.getAPIVersion()
s.supervisor.getAllProcessInfo()
s.supervisor.getProcessInfo('cat')
s.supervisor.getProcessInfo('nope')
s.supervisor.getProcessInfo()
s.supervisor.getProcessInfo(None)
s.supervisor.getProcessInfo(1.5)
s.supervisor.getProcessInfo(x.DateTime('20240101T00:00:00'))
s.supervisor.getProcessInfo(x.Binary(b'cat'))
s.supervisor.getProcessInfo('\\u00e9\\U0001f99c')
s.supervisor.getProcessInfo(2147483647)
s.supervisor.getProcessInfo(-2147483648)
s.supervisor.startProcess('slow')
s.supervisor.startProcess('slow', True)
s.supervisor.sendProcessStdin('cat', 'hello\\n')
s.supervisor.sendProcessStdin('cat', x.Binary(b'bytes\\n'))
s.supervisor.sendProcessStdin('cat', 5)
s.supervisor.stopProcess('slow')
s.supervisor.stopProcess('slow', False)
s.supervisor.startProcessGroup('slow', False)
s.supervisor.stopProcessGroup('slow')
s.supervisor.nope()
s.nope()
s.system.listMethods()
s.system.methodSignature('supervisor.startProcess')
s.system.methodHelp('supervisor.nope')
type(s.supervisor.getPID()).__name__
type(s.supervisor.readLog(0, 10)).__name__
multi(lambda m: (m.supervisor.getState(), m.supervisor.getAPIVersion(), m.supervisor.getIdentification()))
multi(lambda m: (m.supervisor.getState(), m.supervisor.nope(), m.supervisor.getIdentification()))
`
  .trim()
  .split('\n');

/** Evaluates each line with `s`, the server, and prints a list of pairs: the line, and its result. */
const CLIENT = `${PYTHON_SERVER}
import json, sys, xmlrpc.client as x

s = server(sys.argv[1])

def multi(calls):
    batch = x.MultiCall(s)
    calls(batch)
    results = []
    for index in range(3):
        try:
            results.append(batch()[index])
        except x.Fault as fault:
            results.append([fault.faultCode, fault.faultString])
    return results

answers = []
for line in json.loads(sys.argv[2]):
    try:
        answer = {'result': eval(line)}
    except x.Fault as fault:
        answer = {'fault': fault.faultCode, 'text': fault.faultString}
    except x.ProtocolError as error:
        answer = {'http': error.errcode, 'text': error.errmsg}
    except Exception as error:
        answer = {'error': type(error).__name__}
    answers.append([line, answer])
print(json.dumps(answers, default=str))
`;
