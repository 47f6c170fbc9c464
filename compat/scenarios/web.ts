/**
 * The web page: what it shows, what its links do, and what it answers to requests that it did not expect.
 *
 * @module
 */
import type { Scenario, Side } from '../scenario.ts';
import { callMethod, observeStates, untilExecuted, untilLogged, untilState } from './support/calls.ts';
import { program, writePrograms } from './support/programs.ts';
import { type RequestParts, request } from './support/requests.ts';
import { addedElements, headerOf, readAnswer } from './web/page.ts';

export const web: Scenario = {
  name: 'web',
  title: 'the web page: elements, links, actions and their messages, tails, files, odd requests',
  differences: [
    'web-files',
    'web-foreign-site',
    'web-head',
    'web-head-body',
    'web-live-page',
    'web-log-escaping',
    'web-relative-redirect',
    'web-unknown-action',
  ],
  run: async (side) => {
    await observeEmptyPage(side);
    side.writeFile('talks.sh', '#!/bin/sh\nprintf "a <b>ü</b> > \\"c\\"\\n"\nexec sleep 1000\n', 0o755);
    side.writeFile('entity.sh', '#!/bin/sh\necho "a &lt; b &amp; c"\nexec sleep 1000\n', 0o755);
    side.writeFile('long.sh', '#!/bin/sh\nseq 1 600\nexec sleep 1000\n', 0o755);
    const programs = [
      writePrograms(side),
      program('talks', side.path('talks.sh'), 'autostart=true'),
      program('entity', side.path('entity.sh'), 'autostart=true'),
      program('long', side.path('long.sh'), 'autostart=true'),
      program('starting', '/bin/sleep 1000', 'startsecs=1000'),
      program('lasting', side.path('stubborn.sh'), 'stopwaitsecs=1000'),
      program(`o&dd"'<i>%%`, '/bin/cat'),
    ];
    side.writeFile('supervisord.conf', `${side.preamble}\n${programs.join('\n')}`);
    const daemon = await side.start();
    await untilLogged(side, 'long', '600');
    await untilLogged(side, 'talks', 'c');
    await untilLogged(side, 'entity', 'c');
    await observeAnswer(side, 'the page', { path: '/' });
    await observeAddedElements(side);
    await observeStatesInBetween(side);
    for (const [name, action] of ACTIONS) {
      await observeAction(side, name, action);
    }
    await observeStates(side, 'states after the actions');
    await observeAnswer(side, 'the page after the actions', { path: '/index.html' });
    for (const [what, parts] of Object.entries(FORMS)) await observeAnswer(side, `form: ${what}`, parts);
    for (const host of HOSTS) {
      const path = '/?processname=nope&action=stop';
      await observeAnswer(side, `host ${host}`, { path, headers: { Host: host } });
    }
    for (const path of TAILS) await observeAnswer(side, `tail: ${path}`, { path });
    for (const path of FILES) await observeFile(side, path);
    for (const [what, parts] of Object.entries(ODD)) await observeAnswer(side, `odd: ${what}`, parts);
    await observeEverything(side);
    side.observe('the daemon lives', daemon.isRunning());
  },
};

const ACTIONS: readonly (readonly [name: string, action: string])[] = [
  ['off', 'start'],
  ['off', 'start'],
  ['off', 'restart'],
  ['off', 'clearlog'],
  ['off', 'stop'],
  ['off', 'stop'],
  ['off', 'restart'],
  ['slow', 'start'],
  ['slow', 'restart'],
  ['dies', 'start'],
  ['dies', 'restart'],
  ['expected', 'start'],
  ['missing', 'start'],
  ['missing', 'restart'],
  ['missing', 'stop'],
  ['unfound', 'start'],
  ['refused', 'start'],
  ['directory', 'start'],
  ['misquoted', 'start'],
  ['stubborn', 'start'],
  ['stubborn', 'stop'],
  ['silent', 'start'],
  ['silent', 'clearlog'],
  ['missing', 'clearlog'],
  ['pair:left', 'start'],
  ['pair:left', 'stop'],
  ['many:many_1', 'restart'],
  ['päron', 'start'],
  [`o&dd"'<i>%`, 'start'],
  [`o&dd"'<i>%`, 'stop'],
  ['pair:*', 'start'],
  ['pair:', 'stop'],
  ['pair', 'stop'],
  ['left', 'stop'],
  ['nope', 'start'],
  ['nope', 'dance'],
  ['<script>', 'stop'],
];

/** Only `many:many_0` is acted on here. */
const posted = (body: string, path = '/index.html'): RequestParts => ({ method: 'POST', path, body });

const FORMS: Readonly<Record<string, RequestParts>> = {
  'in the body': posted('processname=many:many_0&action=start'),
  'body and query': posted('processname=many:many_0', '/?processname=nope&action=clearlog'),
  'twice in the body': posted('processname=nope&processname=many%3Amany_0&action=clearlog'),
  'twice in the query': { path: '/?processname=many:many_0&processname=nope&action=clearlog' },
  'an empty value first': { path: '/?processname=&processname=many:many_0&action=clearlog' },
  'a plus and an escape': { path: '/?processname=no+such%20one&action=stop' },
  'broken escapes': { path: '/?processname=%zz%ff%C3%A4&action=stop' },
  'a semicolon': { path: '/?message=x;action=stopall' },
  'a fragment': { path: '/?message=shown#&action=stopall' },
  'an empty action': { path: '/?action=&message=shown' },
  'no value': { path: '/?action&message=shown' },
  'a message': { path: '/index.html?message=one%20%3Cb%3Etwo+three' },
  'a message in the body': posted('message=posted'),
  'a tail in the body': posted('processname=many:many_0', '/tail.html'),
};

const HOSTS = [
  'box',
  'box:80',
  'box:9001',
  'box:',
  '[::1]:9001',
  '10.0.0.1:443',
  'box/sub/',
  'box:9001/sub',
  'anna@box',
  'box:x',
];

const TAILS = [
  '/tail.html',
  '/tail.html?processname=',
  '/tail.html?processname=talks',
  '/tail.html?processname=entity',
  '/tail.html?processname=long',
  '/tail.html?processname=long&limit=10',
  '/tail.html?processname=long&limit=2000',
  '/tail.html?processname=long&limit=002000',
  '/tail.html?processname=long&limit=-1',
  '/tail.html?processname=long&limit=x',
  '/tail.html?processname=silent',
  '/tail.html?processname=off',
  '/tail.html?processname=nope',
  '/tail.html?processname=pair',
  '/tail.html?processname=pair:*',
  '/tail.html?processname=pair%3Aleft',
  '/tail.html?processname=p%C3%A4ron',
  '/tail.html?processname=%3Cb%3E%22',
];

const FILES = [
  '/stylesheets/supervisor.css',
  '/images/icon.png',
  '/images/rule.gif',
  '/images/state0.gif',
  '/images/state1.gif',
  '/images/state2.gif',
  '/images/state3.gif',
  '/images/supervisor.gif',
];

const ODD: Readonly<Record<string, RequestParts>> = {
  'ok.html': { path: '/ok.html' },
  'two slashes': { path: '//ok.html' },
  'an encoded path': { path: '/o%6b.html' },
  'upper case': { path: '/OK.html' },
  'a slash at the end': { path: '/ok.html/' },
  'no such file': { path: '/stylesheets/nope.css' },
  'a folder': { path: '/images/' },
  'a folder without its slash': { path: '/images' },
  'a folder above': { path: '/images/../../web.py' },
  'a template': { path: '/status.html' },
  'HEAD of the page': { method: 'HEAD', path: '/' },
  'HEAD of a file that there is not': { method: 'HEAD', path: '/images/nope.gif' },
  'PUT of the page': { method: 'PUT', path: '/', body: 'x' },
  'DELETE of the page': { method: 'DELETE', path: '/index.html' },
  'POST of a file': { method: 'POST', path: '/images/icon.png', body: 'x' },
  'POST without a length': { method: 'POST', path: '/index.html' },
  'an unknown action': { path: '/?action=dance' },
  'an unknown action on a process': { path: '/?processname=many:many_0&action=dance' },
  'an action without a process': { path: '/?action=start' },
  'an action that another site asks for': {
    path: '/?processname=nope&action=stop',
    headers: { 'Sec-Fetch-Site': 'cross-site' },
  },
  'an action without a host': { path: '/?processname=nope&action=stop', headers: { Host: '' } },
};

/** A whole answer: an action may take its time. */
function ask(side: Side, { headers, ...parts }: RequestParts, silentMs = 15_000): Promise<string> {
  const all = { Host: 'box:9001', Connection: 'close', ...headers };
  return side.rawHttp(request({ method: 'GET', ...parts, headers: all }), { silentMs });
}

async function observeAnswer(side: Side, what: string, parts: RequestParts): Promise<void> {
  side.observe(what, readAnswer(await ask(side, parts)));
}

/** What the pages have for the live page. */
async function observeAddedElements(side: Side): Promise<void> {
  for (const path of ['/', '/tail.html?processname=talks']) {
    side.observe(`elements of the live page: ${path}`, addedElements(await ask(side, { path })));
  }
}

/** Programs that end by themselves whatever the action is, and their last state. */
const ENDS: Readonly<Record<string, string>> = { expected: 'EXITED', dies: 'FATAL' };

async function observeAction(side: Side, name: string, action: string): Promise<void> {
  await untilExecuted(side);
  const path = `/index.html?processname=${encodeURIComponent(name)}&action=${action}`;
  const answer = await ask(side, { path });
  side.observe(`${action} ${name}`, readAnswer(answer));
  const end = ENDS[name];
  if (end !== undefined) await untilState(side, name, end);
  const { pathname, search } = new URL(headerOf(answer, 'Location'));
  await observeAnswer(side, `the page after ${action} ${name}`, { path: pathname + search });
}

/** A page without programs; its line about the version is the same from then on. */
async function observeEmptyPage(side: Side): Promise<void> {
  side.writeFile('supervisord.conf', side.preamble);
  const daemon = await side.start();
  const page = await ask(side, { path: '/' });
  const version = />Supervisor<\/a> <span>([\d.]+)</.exec(page)?.[1];
  if (version !== undefined) side.alias(version, 'VERSION');
  side.observe('the page without programs', readAnswer(page));
  await daemon.stop();
}

/** A process that is starting or stopping has no action to offer. */
async function observeStatesInBetween(side: Side): Promise<void> {
  await callMethod(side, ['startProcess', 'starting', false]);
  await callMethod(side, ['startProcess', 'lasting']);
  await untilLogged(side, 'lasting', 'ready');
  await callMethod(side, ['stopProcess', 'lasting', false]);
  await observeAnswer(side, 'the page while something starts and something stops', { path: '/' });
  await callMethod(side, ['signalProcess', 'lasting', 'KILL']);
  await callMethod(side, ['stopProcess', 'starting']);
  await untilState(side, 'lasting', 'STOPPED');
}

async function observeFile(side: Side, path: string): Promise<void> {
  const answer = await ask(side, { path });
  const changed = headerOf(answer, 'Last-Modified');
  const again = await ask(side, { path, headers: { 'If-Modified-Since': changed } });
  const before = await ask(side, {
    path,
    headers: { 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:01 GMT' },
  });
  const head = await ask(side, { method: 'HEAD', path });
  side.observe(`file ${path}`, {
    status: answer.split('\r\n', 1)[0] ?? '',
    type: headerOf(answer, 'Content-Type'),
    'of another time': before.split('\r\n', 1)[0] ?? '',
    'not modified since': again.split('\r\n', 1)[0] ?? '',
    head: head.split('\r\n', 1)[0] ?? '',
    'has a length': /^[1-9]\d*$/.test(headerOf(head, 'Content-Length')),
  });
}

/** At first with a program that takes forever to start, so that nothing is answered. */
async function observeEverything(side: Side): Promise<void> {
  await untilExecuted(side);
  const path = '/index.html?action=restartall';
  side.observe('all: restartall, which never ends', readAnswer(await ask(side, { path }, 3000)));
  await untilState(side, 'lasting', 'RUNNING');
  await callMethod(side, ['signalProcess', 'lasting', 'KILL']);
  await untilState(side, 'lasting', 'EXITED');
  await callMethod(side, ['stopProcess', 'starting']);
  for (const name of ['lasting', 'starting']) await callMethod(side, ['removeProcessGroup', name]);
  for (const action of ['refresh', 'restartall', 'stopall', 'stopall', 'restartall']) {
    await untilExecuted(side);
    await observeAnswer(side, `all: ${action}`, { path: `/index.html?action=${action}` });
  }
}
