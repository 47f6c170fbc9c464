/**
 * The differences from the reference that are meant: each is marked [better] in the surface to match,
 * or is where the reference that can be installed (4.2.5) is older than the one to match (4.3.0),
 * or is where the reference answers with a traceback.
 *
 * @module
 */

export interface IntendedDifference {
  readonly scenario: string;
  /** The observation's name, or a pattern for several. */
  readonly what: string | RegExp;
  readonly reason: string;
  /** What the reference shows, as JSON text; anything if not given. */
  readonly reference?: RegExp;
  /** What ours shows, as JSON text; anything if not given. */
  readonly ours?: RegExp;
  /** The difference depends on timing: that it does not show is nothing to report. */
  readonly sometimes?: true;
}

const TRACEBACK = 'the reference answers with a traceback in its log and HTTP 500, ours with a fault';
const IS_500 = /HTTP 500|"http":500|500 Internal Server Error/;
const IS_FAULT_2 = /"fault":2,"text":"INCORRECT_PARAMETERS|<int>2<\/int>.*INCORRECT_PARAMETERS/;
const NO_TRACEBACK = 'the reference ends with a traceback, ours with an error that says what is wrong';
const NEWER = 'the reference that can be installed is 4.2.5, the one to match is 4.3.0';
const UNREADABLE = '[better] control characters and invalid UTF-8 in a log never make an answer unreadable';
const BYTES = 'the reference counts characters, not bytes, in the length of a deferred answer';
const STRICT = 'a body that is not XML-RPC is refused; the reference takes it as what it may have meant';
const EVERY_KEY = '[better] the sample has every key of every section; that of the reference leaves some out';
const OWN_METHODS = 'the methods of visord.* are listed behind those of the reference';
/** The scenarios that list the methods. */
const LISTING_SCENARIOS = [
  'rpc-methods',
  'rpc-endings',
  'rpc-python',
  'plugins-modules',
  'languages-perl',
  'languages-c',
  'languages-ruby',
  'languages-curl',
];
const ADOPTED =
  '[better] a program that outlives its daemon is taken over by the next one; the reference starts a second';
const OWN_SOCKET =
  '[better] a FastCGI program in a [group:x] has its socket too; the reference gives it a pipe';

export const intendedDifferences: readonly IntendedDifference[] = [
  {
    scenario: 'rpc-methods',
    what: 'getSupervisorVersion()',
    reason: NEWER,
    reference: /"4\.2\.5"/,
    ours: /"4\.3\.0"/,
  },
  ...LISTING_SCENARIOS.map((scenario) => ({
    scenario,
    what: /system\.listMethods\(\)$|: listMethods$|: methods$/,
    reason: OWN_METHODS,
    reference: /system\.multicall/,
    ours: /system\.multicall[^a-z]+(?:[a-z]+[^a-z]+){0,6}visord\.\w+/,
  })),
  { scenario: 'rpc-methods', what: /visord\.\w+/, reason: OWN_METHODS },
  { scenario: 'rpc-methods', what: /^wrong types: /, reason: TRACEBACK, reference: IS_500, ours: IS_FAULT_2 },
  {
    scenario: 'rpc-processes',
    what: 'signals: signalProcess("catcher", "SIG_DFL")',
    reason: 'the reference takes every constant whose name starts with SIG for a signal',
    reference: /"result":true/,
    ours: /"fault":11/,
  },
  {
    scenario: 'rpc-processes',
    what: /^everything: (start|stop)ProcessGroup\("päron"\)$/,
    reason: BYTES,
    reference: /"failure"/,
    ours: /"status":80/,
  },
  {
    scenario: 'rpc-logs',
    what: /^(unreadable text|clearing): read/,
    reason: UNREADABLE,
    ours: /"result":".*\ufffd/,
  },
  {
    scenario: 'rpc-logs',
    what: /^unreadable text: tail/,
    reason: UNREADABLE,
    reference: IS_500,
    ours: /\ufffd/,
  },
  {
    scenario: 'rpc-multicall',
    what: /^odd method names: /,
    reason: 'the reference puts the text of a Python exception into the fault',
    reference: /FAILED: <class 'AttributeError'>/,
    ours: /"faultString":"INCORRECT_PARAMETERS"/,
  },
  {
    scenario: 'rpc-multicall',
    what: /^wrong: /,
    reason: TRACEBACK,
    reference: IS_500,
    ours: /INCORRECT_PARAMETERS/,
  },
  {
    scenario: 'rpc-python',
    what: /^(unix|inet): s\.supervisor\.getProcessInfo/,
    reason: TRACEBACK,
    reference: IS_500,
    ours: IS_FAULT_2,
  },
  {
    scenario: 'rpc-config-info',
    what: /^autorestart of /,
    reason: 'getAllConfigInfo tells autorestart as well; the reference that can be installed does not yet',
    reference: /^null$/,
    ours: /^("unexpected"|true|false)$/,
  },
  {
    scenario: 'rpc-config-info',
    what: 'more than 32 bits: getAllConfigInfo()',
    reason: 'numbers are capped to 32 bits; the reference answers 500',
    reference: IS_500,
    ours: /2147483647/,
  },
  {
    scenario: 'http-raw',
    what: /^(HTTP\/1\.0|no version|a line that is no request)/,
    reason: 'a server says its own version, HTTP/1.1, whatever the version of the request (RFC 9110, 2.5)',
    reference: /"status":"HTTP\/(1\.0|None) /,
    ours: /"status":"HTTP\/1\.1 /,
  },
  {
    scenario: 'http-raw',
    what: /^(Content-Length of 0|body: empty)$/,
    reason: 'the reference never answers a request with an empty body',
    reference: /^\["\\n\(connection left open\)"\]$/,
    ours: /400 Bad Request/,
  },
  {
    scenario: 'http-raw',
    what: /^a Content-Length that is no number|^a negative Content-Length/,
    reason:
      'after a length that cannot be read the next request cannot be found, so the connection is closed',
    reference: /connection left open/,
    ours: /400 Bad Request.*connection closed/,
  },
  {
    scenario: 'http-raw',
    what: 'no request at all',
    reason: 'blank lines before a request are skipped (RFC 9112, 2.2)',
    ours: /connection left open/,
  },
  {
    scenario: 'http-raw',
    what: /^(a request line with too many words|a bare word)$/,
    reason: 'a request line that cannot be read is answered 400; the reference closes without a word',
    reference: /^\["\\n\(connection closed\)"\]$/,
    ours: /400 Bad Request/,
  },
  {
    scenario: 'http-raw',
    what: /^body: (another root|unknown elements|a value without param|two lists of parameters)$/,
    reason: STRICT,
    reference: /200 OK/,
    ours: /400 Bad Request/,
  },
  {
    scenario: 'http-raw',
    what: 'body: a declared entity',
    reason: 'a body may not declare entities: they are a way to use up memory',
    reference: /200 OK/,
    ours: /400 Bad Request/,
  },
  { scenario: 'http-raw', what: /^body: /, reason: TRACEBACK, reference: IS_500, ours: IS_FAULT_2 },
  {
    scenario: 'http-raw',
    what: 'body: larger than 1 MiB',
    reason: 'a body is limited to 1 MiB; the reference takes any size into memory',
    ours: /413/,
  },
  {
    scenario: 'http-auth',
    what: /^header: (no colon|not base64)$/,
    reason: 'credentials that cannot be read are refused with 401; the reference answers 500',
    reference: IS_500,
    ours: /401 Unauthorized.*WWW-Authenticate|WWW-Authenticate.*401 Unauthorized/,
  },
  {
    scenario: 'http-logtail',
    what: 'GET /logtail',
    reason: 'no such log; the reference answers 500',
    reference: IS_500,
    ours: /404 Not Found/,
  },
  {
    scenario: 'http-logtail',
    what: 'the end of a tail after truncation',
    reason: 'the reference breaks the connection when it tries to say that the log was truncated',
    reference: /"open":false/,
    ours: /"open":true.*==> File truncated <==/,
  },
  {
    scenario: 'http-logtail',
    what: 'a tail over HTTP/1.0',
    reason: 'the reference holds a tail back until it has 64 KB for a client of HTTP/1.0',
    reference: /"body":""/,
    ours: /after clearing/,
  },
  {
    scenario: 'http-logtail',
    what: 'headers of the main tail',
    reason: NEWER,
    ours: /X-Accel-Buffering: no/,
  },
  {
    scenario: 'supervisorctl-commands',
    what: 'supervisorctl version',
    reason: NEWER,
    reference: /4\.2\.5/,
    ours: /4\.3\.0/,
  },
  {
    scenario: 'child-view',
    what: /^foreground: (stderr of )?own-stdout-user$/,
    reason: '[better] with user= a program can open /dev/stdout; the pipe of the reference belongs to root',
    ours: /^"(out\\nplain|err)\\n"$/,
  },
  {
    scenario: 'lifecycle-logs',
    what: 'description of a program whose log cannot be written',
    reason: '[better] the description of a program says that its log cannot be written',
    reference: /^""$/,
    ours: /^", log cannot be written \(the main log says why\)"$/,
  },
  {
    scenario: 'lifecycle-logs',
    what: 'a grandchild that writes after the end of the program',
    reason: '[better] grandchildren that keep writing after the end of the program are read to the end',
    reference: /^"early\\n"$/,
    ours: /^"early\\nlate\\n"$/,
  },
  {
    scenario: 'lifecycle-daemon',
    what: 'a main log that is a folder',
    reason: NO_TRACEBACK,
    reference: /Traceback/,
    ours: /"code":2,"stderr":"Error: /,
  },
  {
    scenario: 'lifecycle-shutdown',
    what: /^SIGHUP with a broken file: /,
    reason: 'a file that cannot be used does not end a daemon that runs; the reference stops all and exits',
    ours: /restart refused|goes on/,
  },
  {
    scenario: 'lifecycle-killed',
    what: /^(stopped: )?who counts$|^how often it was started$/,
    reason: ADOPTED,
  },
  {
    scenario: 'lifecycle-killed',
    what: 'no line of the log is missing',
    reason: '[better] what a program writes while there is no daemon waits for the next one',
    reference: /false/,
    ours: /true/,
  },
  {
    scenario: 'lifecycle-at-once',
    what: 'a restart takes less than half a second',
    reason: '[better] a program that ends is started again at once; the reference takes a second',
    reference: /false/,
    ours: /true/,
    // One of three restarts may come just before a tick.
    sometimes: true,
  },
  {
    scenario: 'lifecycle-clock',
    what: /^forward: a program that (starts|stops)$/,
    reason: '[better] a clock that is set forward makes no program RUNNING early, and none killed early',
    reference: /RUNNING|STOPPED/,
    ours: /STARTING|STOPPING/,
  },
  {
    scenario: 'http-patience',
    what: /^a client that sends /,
    reason:
      '[better] who sends half a request, or does not read the answer, is closed after 60 s; the reference waits for ever',
    reference: /false/,
    ours: /true/,
  },
  {
    scenario: 'http-ipv6',
    what: /^(start|over IPv6)$/,
    reason: '[better] port=[::1]:9001 listens on an IPv6 address; the reference cannot read it',
  },
  {
    scenario: 'configuration-reread',
    what: 'a percent before a blank',
    reason: 'a format that prints all names at once prints them in another order',
  },
  {
    scenario: 'configuration-reread',
    what: 'program: priority=٣',
    reason: 'numbers are written in ASCII digits',
    ours: /"fault":92/,
  },
  {
    scenario: 'configuration-reread',
    what: /stdout_logfile=$/,
    reason: 'a log without a name is none',
    reference: /"stdout_logfile":""/,
    ours: /"stdout_logfile":"none"/,
  },
  {
    scenario: 'configuration-reread',
    what: /names? a program twice|twice in a group/,
    reason: 'of two processes of one name in a group there is one; the other has no log',
  },
  {
    scenario: 'configuration-start',
    what: /^only: -c $/,
    reason: NO_TRACEBACK,
    reference: /Traceback/,
    ours: /"code":2,"stderr":\["Error: /,
  },
  {
    scenario: 'configuration-start',
    what: /^only: (-v|--version|--vers|-nv)$/,
    reason: NEWER,
    reference: /4\.2\.5/,
    ours: /4\.3\.0/,
  },
  {
    scenario: 'configuration-start',
    what: /^only: (-h|--help|-\?|-hv)$/,
    reason: 'ours can print the configuration that it understands',
    ours: /--dump-config/,
  },
  {
    scenario: 'configuration-start',
    what: /^only: --dump-config /,
    reason: 'ours can print the configuration that it understands',
    reference: /option --dump-config not recognized/,
    ours: /"code":0,.*\[program:p\]/,
  },
  {
    scenario: 'configuration-start',
    what: /^the file of the (working folder|folder etc) is found$/,
    reason: 'the warning of the reference is off in the environment of the scenarios, PYTHONWARNINGS=ignore',
    ours: /UserWarning: Supervisord is running as root/,
  },
  {
    scenario: 'configuration-start',
    what: 'a byte order mark',
    reason: 'a byte order mark at the start of a file is taken',
    reference: /File contains no section headers/,
    ours: /"understood":\{"result"/,
  },
  {
    scenario: 'configuration-start',
    what: /^unix server: file=(@DIR@\/d)?$/,
    reason: 'the reference tries for ever to unlink a socket that is a folder',
    reference: /"code":143/,
    ours: /"code":2,.*errno\.EISDIR/,
  },
  {
    scenario: 'configuration-start',
    what: 'unix server: file=@DIR@/plain',
    reason: '[better] a file that is not a socket is never removed to make place for one',
    reference: /Unlinking stale socket/,
    ours: /exists and is not a socket/,
  },
  {
    scenario: 'configuration-start',
    what: /^an RPC interface (of an unknown|that is not a factory)|^an indented section header$/,
    reason: 'a factory of ours is a JavaScript module, which the error says',
    reference: /cannot be resolved within|EntryPoint must be in/,
    ours: /cannot be resolved within .*Python modules cannot be loaded/,
  },
  {
    scenario: 'configuration-start',
    what: 'a percent doubled in the list of supervisord',
    reason: NEWER,
    reference: /is badly formatted/,
    ours: /echo 50%"/,
  },
  {
    scenario: 'configuration-reread',
    what: 'an unknown name in the environment of supervisord',
    reason: NEWER,
    reference: /for 'supervisord\.environment'/,
    ours: /for 'environment'/,
  },
  {
    scenario: 'configuration-again',
    what: 'a variable that names itself, after two rereads',
    reason: '[better] a variable that names itself is the same at every reread; in the reference it grows',
    reference: /\/opt:\/opt:/,
  },
  {
    scenario: 'configuration-again',
    what: 'a FastCGI socket on all addresses',
    reason:
      '[better] socket=tcp://*:PORT listens on all addresses; the reference takes * for the name of a host',
    reference: IS_500,
    ours: /"result":true/,
  },
  {
    scenario: 'configuration-again',
    what: 'a user that does not exist, at a reread',
    reason: '[better] a reread refuses a user= that the next start would refuse',
    ours: /Invalid user name no-such-user/,
  },
  {
    scenario: 'configuration-reread',
    what: 'a NUL byte in a value',
    reason: UNREADABLE,
    reference: /a\\u0000b/,
    ours: /a\ufffdb/,
  },
  {
    scenario: 'configuration-reread',
    what: /^program: (priority=9{20}|.*stderr_logfile_maxbytes=3gb)$/,
    reason: 'numbers are capped to 32 bits; the reference answers 500',
    reference: IS_500,
    ours: /2147483647/,
  },
  {
    scenario: 'configuration-reread',
    what: /^program: stopsignal=(_DFL|SIG_BLOCK)$/,
    reason: 'the reference takes every constant whose name starts with SIG for a signal',
    reference: /"stopsignal":0/,
    ours: /is not a valid signal name/,
  },
  {
    scenario: 'commands',
    what: /^sample: ;\[(program|eventlistener|fcgi-program|rpcinterface|ctlplugin):\w+\]$/,
    reason: EVERY_KEY,
    ours: /";numprocs_start=0"|factory = my\.package:/,
  },
  {
    scenario: 'commands',
    what: 'sample: [supervisord]',
    reason: EVERY_KEY,
    ours: /";extensions=on"/,
  },
  {
    scenario: 'commands',
    what: /^sample: ;?\[(unix|inet)_http_server\]$/,
    reason: 'the largest request can be configured, server by server',
    ours: /";max_body_bytes=1MB"/,
  },
  {
    scenario: 'commands',
    what: /^sed: .*\[(program|eventlistener):/,
    reason: EVERY_KEY,
    ours: /"numprocs_start":"0"/,
  },
  {
    scenario: 'commands',
    what: /^pidproxy: a command (that is not there|of PATH)$/,
    reason: 'a command that cannot be run is said on stderr; the reference says nothing',
    reference: /"stderr":""/,
    ours: /"code":0,.*"stderr":"Can't run .*: No such file or directory/,
  },
  {
    scenario: 'commands',
    what: 'pidproxy: a pid that is gone',
    reason: 'pidproxy says which process it cannot signal; the reference ends with a traceback',
    reference: /"code":1,.*ProcessLookupError/,
    ours: /"code":1,.*"stderr":"Can't send SIGTERM to .*: No such process/,
  },
  {
    scenario: 'events-sections',
    what: /^a handler /,
    reason: 'a result_handler is a JavaScript module, and the error says so',
    reference: /cannot be resolved within \[eventlistener:l\]\\n/,
    ours: /cannot be resolved within \[eventlistener:l\]: it has to name a JavaScript module/,
  },
  {
    scenario: 'events-life',
    what: 'told to all while the daemon ends',
    reason:
      '[better] listeners hear of every program that stops before they are stopped; the reference keeps the last one for itself',
    ours: /PROCESS_STATE_STOPPED processname:exits/,
  },
  {
    scenario: 'events-rude',
    what: 'how often another pool hears an event that was refused',
    reason:
      '[better] a refused event goes back to its own pool; the reference hands it to every pool of the same priority',
    ours: /^2$/,
  },
  {
    scenario: 'events-rude',
    what: 'the events of its pool came in order, and none twice',
    reason:
      '[better] a refused event goes back to its own pool; in the reference those of other pools come among its own',
    reference: /false/,
    ours: /true/,
  },
  {
    scenario: 'capture',
    what: /^log of (last-line|last-tag|no-end)$/,
    reason:
      '[better] text that is held back while a tag might begin is written when the program ends; the reference loses it',
    ours: /(bye\\n|<!--XSUPERVISOR:|never ended, and long enough too)"$/,
  },
  {
    scenario: 'capture',
    what: 'strip_ansi: log of cut-colours',
    reason:
      '[better] a sequence that is cut between two reads is removed as well; the reference looks at each read alone',
    ours: /^"red plain\\n"$/,
  },
  {
    scenario: 'fcgi-sections',
    what: /^socket=(unix:\/\/|tcp:\/\/|TCP:\/\/|127).*: changes$/,
    reason: 'an address that cannot be read is named in a sentence; the reference prints a Python tuple',
    reference: /\('(Bad socket format %s|Unix socket path %s is not an absolute path)', '/,
    ours: /CANT_REREAD: (Bad socket format|Unix socket path) .* in \[fcgi-program:x\] socket/,
  },
  {
    scenario: 'fcgi-sections',
    what: /^a group with one whose socket is wrong(: changes)?$/,
    reason: OWN_SOCKET,
    ours: /Bad socket format nonsense|^null$/,
  },
  {
    scenario: 'fcgi-site',
    what: 'a program in a group',
    reason: OWN_SOCKET,
    reference: /status 502/,
    ours: /serves/,
  },
  {
    scenario: 'fcgi-site',
    what: /^(sockets|all are st(opped|arted): the socket|update: the sockets|left behind)$/,
    reason: '[better] a socket that nobody listens on is removed; the reference leaves its file',
    reference: /plain/,
    ours: /^(?!.*plain)/,
  },
  {
    scenario: 'fcgi-site',
    what: 'reread: another mode',
    reason: '[better] a change of mode, owner or backlog is noticed; the reference looks at the address only',
    reference: /No config updates/,
    ours: /web: changed/,
  },
  {
    scenario: 'fcgi-site',
    what: 'main log: sockets',
    reason: OWN_SOCKET,
    ours: /Creating socket unix:\/\/\$DIR\/run\/grouped\.sock/,
  },
  {
    scenario: 'fcgi-trouble',
    what: /^start: .*: exit code$/,
    reason: NO_TRACEBACK,
    reference: /^1$/,
    ours: /^2$/,
  },
  {
    scenario: 'fcgi-trouble',
    what: /^(start with a folder in its place|add: a port that is taken)$/,
    reason: TRACEBACK,
    reference: IS_500,
    ours: /SPAWN_ERROR: x|FAILED: Could not create FastCGI socket .*Address already in use/,
  },
  {
    scenario: 'fcgi-trouble',
    what: /^start with a link to a socket in its place(: then there is)?$/,
    reason: 'a link that leads nowhere is replaced like a socket that nobody listens on',
    reference: /HTTP 500|a file/,
    ours: /"result\\":true|a socket/,
  },
  {
    scenario: 'fcgi-trouble',
    what: /^start with a file in its place(: then there is)?$/,
    reason: '[better] a file that is no socket is not removed to make room for one',
    reference: /"result\\":true|a socket/,
    ours: /SPAWN_ERROR|a file/,
  },
  {
    scenario: 'syslog',
    what: /^plain: "(not UTF-8|a NUL) /,
    reason:
      '[better] every byte goes to syslog; the reference drops lines that are no UTF-8 and what follows a NUL',
    ours: /not UTF-8 ÿ|a NUL \\u0000 inside/,
  },
  {
    scenario: 'syslog',
    what: 'plain: "split"',
    reason: '[better] a line is one message, in however many reads it came',
    reference: /plain a line "/,
    ours: /plain a line in two"/,
  },
  {
    scenario: 'syslog',
    what: 'clearProcessLogs(old)',
    reason: TRACEBACK,
    reference: IS_500,
    ours: /"result":true/,
  },
  {
    scenario: 'web',
    what: 'tail: /tail.html?processname=entity',
    reason: '[better] a log is shown as it is; the reference leaves what looks like an entity to the browser',
    reference: /a &lt; b &amp; c/,
    ours: /a &amp;lt; b &amp;amp; c/,
  },
  {
    scenario: 'web',
    what: /^odd: a (folder without its slash|template)$/,
    reason: 'the page is not made of files: no folder to lead to, no template to show',
    ours: /404 Not Found/,
  },
  {
    scenario: 'web',
    what: 'odd: HEAD of the page',
    reason: '[better] HEAD of a page is answered as GET is, without the body; the reference answers 404',
    reference: /404 Not Found.*Error code 404/,
    ours: /200 OK.*"body":\[\]/,
  },
  {
    scenario: 'web',
    what: 'odd: HEAD of a file that there is not',
    reason: 'an answer to HEAD has no body (RFC 9110, 9.3.2)',
    reference: /404 Not Found.*Error code 404/,
    ours: /404 Not Found.*"body":\[\]/,
  },
  {
    scenario: 'web',
    what: /^odd: an (unknown action|action without a process)/,
    reason: 'the reference answers with a traceback in its log and HTTP 500, ours with 400',
    reference: IS_500,
    ours: /400 Bad Request/,
  },
  {
    scenario: 'web',
    what: 'odd: an action that another site asks for',
    reason: '[better] a page of another site cannot make a browser act on our programs',
    reference: /301 Moved Permanently/,
    ours: /403 Forbidden/,
  },
  {
    scenario: 'web',
    what: 'odd: an action without a host',
    reason: 'where no host is named the way back is relative; the reference makes an address of its socket',
    reference: /Location: http:\/\/<unix domain socket>:/,
    ours: /Location: \.\/\?message=/,
  },
  {
    scenario: 'plugins-modules',
    what: /^refused: (no such module|no such name|not a factory)$/,
    reason: 'a factory of ours is a JavaScript module, which the error says',
    reference: /cannot be resolved within|EntryPoint must be in/,
    ours: /cannot be resolved within \[rpcinterface:other\]: it has to name a JavaScript module/,
  },
  {
    scenario: 'plugins-modules',
    what: /^module: echo\.(fail|nothing)\(\)$/,
    reason: TRACEBACK,
    reference: IS_500,
    ours: /"fault":30,"text":"FAILED: (it broke|the result is null, which XML-RPC cannot carry)"/,
  },
  {
    scenario: 'configuration-start',
    what: /^(a DEFAULT section in an included file|options for the main RPC interface)$/,
    reason: 'the log says in a sentence why an RPC interface cannot be made, the reference with a traceback',
    reference: /"code":2,"stderr":\["Error: Could not make supervisor rpc interface.*Traceback/,
    ours: /"code":2,"stderr":\["Error: Could not make supervisor rpc interface.*which its factory does not take/,
  },
];
