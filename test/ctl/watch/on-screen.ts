/** Runs a command on a pseudo terminal, and acts when its screen shows what a step waits for. */
import { fileURLToPath } from 'node:url';
import type { Side } from '../../../compat/scenario.ts';

export const CLIENT = fileURLToPath(new URL('../../../dist/bin/supervisorctl.cjs', import.meta.url));

/** What is done when the screen matches. */
export type Action =
  | readonly ['keys', string]
  | readonly ['signal', string]
  /** Ends another process by SIGTERM. */
  | readonly ['end', number]
  | readonly ['size', columns: number, rows: number]
  | readonly ['touch', string]
  /** The terminal goes away, without a signal to the client. */
  | readonly ['hang up']
  /** The terminal takes no more output, as after Ctrl-S; the next step comes when it has been full for a second. */
  | readonly ['stop reading'];

/** A pattern (Python's, `^` and `$` at each line) that the screen must match, and what is done then. */
export type ScreenStep = readonly [until: string, action?: Action];

export interface ScreenRun {
  /** The screen of each step when it matched, as lines without the blanks at their ends. */
  readonly screens: readonly (readonly string[])[];
  /** All that was written. */
  readonly out: string;
  /** Below zero: the signal that ended it. */
  readonly code: number;
  /** True where the terminal's modes are what they were. */
  readonly isAsBefore: boolean;
  /** The steps that did not match in time; the last screen shows why. */
  readonly missed: readonly string[];
  readonly last: readonly string[];
}

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** @throws Error where a step never matched */
export async function onScreen(
  side: Side,
  command: readonly string[],
  steps: readonly ScreenStep[],
  { columns = 100, rows = 12, environment = {} }: ScreenOptions = {},
): Promise<ScreenRun> {
  const job = {
    command,
    steps,
    columns,
    rows,
    environment: { TERM: 'xterm', NO_COLOR: '1', ...environment },
  };
  const { stdout, stderr } = await side.python(DRIVER, [JSON.stringify(job)], { seconds: 100 });
  if (stdout === '') throw new Error(stderr);
  const run = JSON.parse(stdout) as ScreenRun;
  if (run.missed.length > 0) throw new Error(`no ${run.missed[0]} on the screen:\n${run.last.join('\n')}`);
  return run;
}

/** Runs `watch` of our client, or other arguments. @throws Error where a step never matched */
export function watch(
  side: Side,
  steps: readonly ScreenStep[],
  options: ScreenOptions & { readonly args?: readonly string[] } = {},
): Promise<ScreenRun> {
  const args = options.args ?? ['watch', '0.2'];
  return onScreen(side, [process.execPath, CLIENT, '-c', side.path('ctl.conf'), ...args], steps, options);
}

/** The lines of the terminal's last picture are kept in `cells`: enough of a terminal for what the client writes. */
const DRIVER = `
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time, unicodedata
job = json.loads(sys.argv[1])
columns, rows = job['columns'], job['rows']
modes_are_known, known = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    os.close(known)
    os.read(modes_are_known, 1)
    os.close(modes_are_known)
    os.environ.update(job['environment'])
    os.execvp(job['command'][0], job['command'])

def resize():
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

cells, at, saved = [], [0, 0], []
def clear():
    cells[:] = [[' '] * columns for _ in range(rows)]
clear()
TOKEN = re.compile('\\x1b\\\\[([0-9;?]*)([A-Za-z])|\\x1b.|[\\s\\S]')

def show(text):
    for token in TOKEN.finditer(text):
        kind, argument, char = token.group(2), token.group(1), token.group(0)
        if kind == 'H':
            wanted = [int(part or 1) for part in (argument or '1;1').split(';')]
            at[0], at[1] = min(rows, wanted[0]) - 1, min(columns, (wanted + [1])[1]) - 1
        elif kind == 'J' and argument == '2':
            clear()
        elif kind == 'h' and argument == '?1049':
            saved[:] = [[list(line) for line in cells], list(at)]
        elif kind == 'l' and argument == '?1049' and saved:
            cells[:], at[:] = saved
        elif kind is not None or char[0] == '\\x1b':
            pass
        elif char == '\\r':
            at[1] = 0
        elif char == '\\n':
            at[0] += 1
            if at[0] == rows:
                at[0] = rows - 1
                cells.append([' '] * columns)
                del cells[0]
        elif char >= ' ':
            width = 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in 'WF' else 1
            if width == 0:
                cells[at[0]][max(0, at[1] - 1)] += char
            else:
                cells[at[0]][min(at[1], columns - 1)] = char
                for extra in range(1, width):
                    if at[1] + extra < columns:
                        cells[at[0]][at[1] + extra] = ''
                at[1] += width

def screen():
    return [''.join(line).rstrip() for line in cells]

resize()
before = termios.tcgetattr(fd)
os.close(known)
out, rest, screens, reads = b'', b'', [], True
steps = list(job['steps'])
end = time.monotonic() + 90
hung = False
while time.monotonic() < end and not hung:
    while steps and re.search(steps[0][0], '\\n'.join(screen()), re.M):
        screens.append(screen())
        action = steps.pop(0)[1:]
        if not action:
            continue
        kind, *given = action[0]
        if kind == 'keys':
            os.write(fd, given[0].encode())
        elif kind == 'signal':
            os.kill(pid, getattr(signal, given[0]))
        elif kind == 'end':
            os.kill(given[0], signal.SIGTERM)
        elif kind == 'touch':
            open(given[0], 'w').close()
        elif kind == 'stop reading':
            reads = False
            size, since = -1, time.monotonic()
            while time.monotonic() < min(end, since + 1):
                waiting = struct.unpack('i', fcntl.ioctl(fd, termios.FIONREAD, b'0000'))[0]
                if waiting != size:
                    size, since = waiting, time.monotonic()
                time.sleep(0.05)
        elif kind == 'size':
            columns, rows = given
            clear()
            del saved[:]
            resize()
        elif kind == 'hang up':
            hung = True
            os.close(fd)
            break
    if hung:
        break
    if not reads:
        time.sleep(0.05)
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        continue
    if not select.select([fd], [], [], 0.05)[0]:
        continue
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    out += data
    rest += data
    # The end of a character or of a sequence may be missing.
    text = rest.decode(errors='ignore')
    whole = re.sub('\\x1b(\\\\[[0-9;?]*)?$', '', text)
    left = len(rest) - len(whole.encode())
    rest = rest[len(rest) - left:] if left else b''
    show(whole)

if hung:
    after = before
    while time.monotonic() < end and not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        time.sleep(0.05)
else:
    after = termios.tcgetattr(fd)
try:
    os.kill(pid, signal.SIGKILL if time.monotonic() >= end else 0)
except OSError:
    pass
status = os.waitpid(pid, 0)[1]
code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
print(json.dumps({
    'screens': screens, 'out': out.decode(errors='replace'), 'code': code, 'isAsBefore': before[:4] == after[:4],
    'missed': [step[0] for step in steps], 'last': screen(),
}))
`;
