/**
 * The Python program that reads a configuration with the classes of an installed supervisor and prints it as JSON.
 * It starts nothing; the modules that the configuration names as factories are imported, as at each start of supervisord.
 *
 * @module
 */

/** Takes the paths of the command supervisord and of the configuration as arguments. It runs with Python 2.7 and 3. */
export const REFERENCE_PROGRAM = `
import json, os, sys

script, path = sys.argv[1:]
sys.path[0] = os.path.dirname(os.path.realpath(script))
sys.argv = [script]

from supervisor import events, loggers, options

class Refused(Exception):
    pass

def usage(message):
    raise Refused(message)

def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if value is options.Automatic:
        return 'AUTO'
    if value is options.Syslog:
        return 'syslog'
    if isinstance(value, dict):
        return dict((str(key), plain(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return getattr(value, '__name__', str(value))

def process(config):
    names = config.req_param_names + config.optional_param_names
    return dict((name, plain(getattr(config, name))) for name in names)

def group(config):
    found = {'name': config.name, 'priority': config.priority, 'pool': None}
    found['processes'] = [process(one) for one in config.process_configs]
    if hasattr(config, 'pool_events'):
        types = sorted(events.getEventNameByType(one) for one in config.pool_events)
        found['pool'] = {'events': types, 'buffer_size': config.buffer_size}
    return found

def daemon(server):
    section = server.configroot.supervisord
    names = ['minfds', 'minprocs', 'directory', 'umask', 'logfile', 'logfile_maxbytes', 'logfile_backups',
             'pidfile', 'identifier', 'childlogdir', 'nocleanup', 'strip_ansi', 'nodaemon', 'silent']
    found = dict((name, plain(getattr(server, name, None))) for name in names)
    levels = vars(loggers.LevelsByDescription)
    found['loglevel'] = [name for name in levels if levels[name] == server.loglevel][:1]
    found['loglevel'] = found['loglevel'][0] if found['loglevel'] else None
    found['user'] = plain(server.uid)
    found['environment'] = plain(section.environment)
    return found

def servers(server):
    names = ['section', 'host', 'port', 'file', 'chmod', 'chown', 'username', 'password']
    return [dict((name, plain(one[name])) for name in names if name in one) for one in server.server_configs]

def read():
    server = options.ServerOptions()
    server.usage = usage
    try:
        server.realize(['-c', path], doc='')
    except Refused as refused:
        return {'version': options.VERSION, 'error': str(refused)}
    return {'version': options.VERSION, 'error': None, 'daemon': daemon(server), 'servers': servers(server),
            'groups': [group(one) for one in server.process_group_configs]}

sys.stdout.write('\\n' + json.dumps(read()) + '\\n')
`;
