/**
 * The C library xmlrpc-c, and its command that makes a C++ class of what a server reports about itself.
 *
 * @module
 */
import { dirname } from 'node:path';
import { findLibrary } from '../../harness/debian.ts';
import type { Scenario, Side } from '../../scenario.ts';
import { type Client, observeTarget, type Target, withServers } from './bed.ts';

const COMMAND = 'xml-rpc-api2cpp';
const LIBRARY = 'libxmlrpc_client.so.3';

export const languagesC: Scenario = {
  name: 'languages-c',
  title: 'xmlrpc-c over inet: its library, with a password and without, and its xml-rpc-api2cpp',
  differences: ['own-methods'],
  needs: [`command:${COMMAND}`, `library:${LIBRARY}`],
  run: (side) =>
    withServers(side, async (targets) => {
      const environment = { LD_LIBRARY_PATH: dirname(findLibrary(LIBRARY) ?? '') };
      const client: Client = (to, calls) => side.python(CLIENT, [JSON.stringify(to), calls], { environment });
      for (const target of targets.filter(({ socket }) => socket === '')) {
        await observeTarget(side, client, target);
      }
      for (const target of targets.slice(0, 1)) await observeCommand(side, target);
    }),
};

async function observeCommand(side: Side, { over, host, port, username, password }: Target): Promise<void> {
  const credentials = username === '' ? '' : `${username}:${password}@`;
  for (const prefix of ['supervisor', 'system']) {
    const result = await side.command(COMMAND, [
      `http://${credentials}${host}:${port}/RPC2`,
      prefix,
      'Proxy',
    ]);
    const stdout = result.stdout.replace(DESCRIPTIONS, '');
    const stderr = result.stderr.replace(OWN_PATH, '');
    side.observe(`${over}: ${COMMAND} ${prefix}`, { ...result, stdout, stderr });
  }
}

/** Its errors begin with the path by which it was started: an installed one is found in PATH, an unpacked one has a path. */
const OWN_PATH = new RegExp(`^\\S*/(?=${COMMAND}: )`);

/** The texts of methodHelp become comments; the words are each package's own. */
const DESCRIPTIONS = /\/\*.*?\*\//gs;

/** The library through its C interface; this script converts its values to JSON and back. */
const CLIENT = `
import ctypes, json, sys
from ctypes import byref, c_char_p, c_int, c_size_t, c_void_p

class Env(ctypes.Structure):
    _fields_ = [('fault_occurred', c_int), ('fault_code', c_int), ('fault_string', c_char_p)]

class Fault(Exception):
    pass

library = ctypes.CDLL('${LIBRARY}', ctypes.RTLD_GLOBAL)

def call(name, *args):
    env = Env()
    library.xmlrpc_env_init(byref(env))
    function = getattr(library, name)
    function.restype = c_void_p
    value = function(byref(env), *args)
    if env.fault_occurred:
        raise Fault(env.fault_code, env.fault_string.decode('utf-8', 'replace'))
    return c_void_p(value)

def text(value):
    block = call('xmlrpc_mem_block_new', c_size_t(0))
    call('xmlrpc_serialize_json', value, block)
    library.xmlrpc_mem_block_contents.restype = c_void_p
    library.xmlrpc_mem_block_size.restype = c_size_t
    return ctypes.string_at(library.xmlrpc_mem_block_contents(block), library.xmlrpc_mem_block_size(block))

target, calls = map(json.loads, sys.argv[1:])
call('xmlrpc_client_init2', c_int(0), b'compat', b'1', c_void_p(), c_int(0))
server = call('xmlrpc_server_info_new', ('http://%(host)s:%(port)d/RPC2' % target).encode())
if target['username']:
    call('xmlrpc_server_info_set_user', server, target['username'].encode(), target['password'].encode())
    call('xmlrpc_server_info_allow_auth_basic', server)

answers = []
for method, *params in calls:
    try:
        given = call('xmlrpc_parse_json', json.dumps(params, ensure_ascii=False).encode())
        value = call('xmlrpc_client_call_server_params', server, method.encode(), given)
        answers.append({'result': json.loads(text(value))})
    except Fault as fault:
        answers.append({'fault': fault.args[0], 'text': fault.args[1]})
print(json.dumps(answers))
`;
