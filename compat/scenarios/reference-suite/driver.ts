/**
 * The Python side of the suite's run.
 *
 * @module
 */

/**
 * Runs each test of the reference's end-to-end suite in a process and a folder of its own, several at a time,
 * and prints how each ended as JSON. Nothing of the tests is changed but three things: what they have in /tmp
 * is in their folder (automatic logs too, which every other daemon in /tmp would remove when it starts),
 * `python` in the fixtures is the Python that runs, and `sys.executable` is a script that starts the command
 * under test where the test asks Python for a module of the reference.
 *
 * Its argument is JSON: `root` (an empty folder), `commands` (command lines by the reference's module),
 * `atOnce`, `seconds` (bound of one test).
 */
export const SUITE_DRIVER = `
import json, os, re, shlex, shutil, signal, sys, time, unittest

os.environ['END_TO_END'] = '1'
import supervisor.tests.test_end_to_end as suite

task = json.loads(sys.argv[1])
python = sys.executable
HELLO = '''n=1
while true; do
  echo "The Øresund bridge ends in Malmö - $n"
  n=$((n + 1))
  sleep 1
done
'''

def write_shim(path):
    lines = ['#!/bin/sh', 'case "$1 $2" in']
    for module, command in task['commands'].items():
        words = ' '.join(shlex.quote(word) for word in command)
        lines.append('"-m supervisor.%s") shift 2; exec %s "$@" ;;' % (module, words))
        lines.append('"-c from supervisor import %s; %s.main()") exec %s ;;' % (module, module, words))
    lines += ['esac', 'exec %s "$@"' % shlex.quote(python), '']
    with open(path, 'w') as file:
        file.write('\\n'.join(lines))
    os.chmod(path, 0o755)

def rewrite(path, home):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    text = text.replace('/tmp/', home + '/').replace('command=python ', 'command=%s ' % python)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)

def lay_out(home):
    package = os.path.join(home, 'suite')
    fixtures = os.path.join(package, 'fixtures')
    tests = os.path.dirname(suite.__file__)
    shutil.copytree(os.path.join(tests, 'fixtures'), fixtures, ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copy(os.path.join(tests, 'test_end_to_end.py'), package)
    open(os.path.join(package, '__init__.py'), 'w').close()
    rewrite(os.path.join(package, 'test_end_to_end.py'), home)
    for name in os.listdir(fixtures):
        if name.endswith('.conf'):
            rewrite(os.path.join(fixtures, name), home)
    hello = os.path.join(fixtures, 'hello.sh')
    if not os.path.exists(hello):
        with open(hello, 'w', encoding='utf-8') as file:
            file.write(HELLO)

def reason(kind, error):
    sought = re.findall(r'^    \\d+: (.*)$', str(error), re.M)
    lines = str(error).splitlines() or ['']
    return '%s: %s' % (kind.__name__, ' or '.join(sought) if sought else lines[0])

class Result(unittest.TestResult):
    why = None
    def addError(self, test, error):
        self.why = self.why or reason(*error[:2])
    addFailure = addError

def run_one(name, home):
    signal.alarm(task['seconds'])
    os.setsid()
    os.chdir(home)
    os.environ['TMPDIR'] = home
    sys.path.insert(0, home)
    sys.executable = os.path.join(task['root'], 'python')
    from suite.test_end_to_end import EndToEndTests
    result = Result()
    EndToEndTests(name).run(result)
    with open(os.path.join(home, 'result'), 'w') as file:
        json.dump(result.why or 'passed', file)

def outcome(home):
    try:
        with open(os.path.join(home, 'result')) as file:
            return json.load(file)
    except (OSError, ValueError):
        return 'not finished in %d s' % task['seconds']

write_shim(os.path.join(task['root'], 'python'))
homes = {}
waiting = []
for number, name in enumerate(unittest.TestLoader().getTestCaseNames(suite.EndToEndTests)):
    homes[name] = os.path.join(task['root'], str(number))
    lay_out(homes[name])
    waiting.append(name)
running = 0
while waiting or running:
    if waiting and running < task['atOnce']:
        name = waiting.pop(0)
        running += 1
        if os.fork() == 0:
            try:
                run_one(name, homes[name])
            finally:
                os._exit(0)
    else:
        os.wait()
        running -= 1
print(json.dumps({name: outcome(home) for name, home in homes.items()}))
`;
