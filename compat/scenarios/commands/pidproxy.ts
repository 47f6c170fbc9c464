/**
 * The Python side of the runs of pidproxy.
 *
 * @module
 */

/**
 * Runs pidproxy once for each case, a few at the same time, and prints each result as JSON.
 *
 * The command of a case is a launcher that waits for a daemon. The daemon writes its pid to the pidfile, and the
 * signals that it receives to a file, up to a number. Its argument is JSON: `command` (of pidproxy), `root`, `cases`.
 */
export const PIDPROXY_DRIVER = `
import concurrent.futures, json, os, signal, subprocess, sys, time

task = json.loads(sys.argv[1])
DAEMON = '''import os, signal, sys, time
def hear(number, frame):
    with open('heard', 'a') as file:
        file.write(signal.Signals(number).name + ' ')
for name in ('TERM', 'HUP', 'INT', 'USR1', 'USR2', 'QUIT'):
    signal.signal(getattr(signal, 'SIG' + name), hear)
with open('up', 'w') as file:
    file.write(str(os.getpid()))
end = time.time() + 300
while time.time() < end and not os.path.exists('enough'):
    time.sleep(0.02)
'''

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ''

def wait_for(condition):
    end = time.time() + 60
    while not condition() and time.time() < end:
        time.sleep(0.02)

def run(case, home):
    os.mkdir(home)
    at = lambda name: os.path.join(home, name)
    with open(at('daemon.py'), 'w') as file:
        file.write(DAEMON)
    with open(at('launcher'), 'w') as file:
        file.write('#!/bin/sh\\n%s daemon.py\\nexit 3\\n' % sys.executable)
    os.chmod(at('launcher'), 0o755)
    args = case.get('args', ['pidfile', './launcher'])
    proxy = subprocess.Popen(task['command'] + args, cwd=home, stdin=subprocess.DEVNULL,
                             env=dict(os.environ, PYTHONUNBUFFERED='1'),
                             stdout=open(at('out'), 'w'), stderr=open(at('err'), 'w'), start_new_session=True)
    if 'signals' in case:
        wait_for(lambda: read(at('up')))
        text = case.get('pidfile', '%s\\n').replace('%s', read(at('up')))
        if text:
            with open(at('pidfile'), 'w') as file:
                file.write(text)
        for name in case['signals']:
            texts = ['heard'] if case.get('heard', True) else ['out', 'err']
            before = [read(at(name)) for name in texts]
            proxy.send_signal(getattr(signal, name))
            wait_for(lambda: [read(at(name)) for name in texts] != before)
    open(at('enough'), 'w').close()
    proxy.wait(timeout=100)
    case['seen'] = {'code': proxy.returncode, 'heard': read(at('heard')),
                    'stdout': read(at('out')), 'stderr': read(at('err'))}

with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for future in [pool.submit(run, case, os.path.join(task['root'], str(number)))
                   for number, case in enumerate(task['cases'])]:
        future.result()
print(json.dumps([case.get('seen') for case in task['cases']]))
`;
