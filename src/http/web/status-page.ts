/**
 * The page that shows all processes. Elements, classes, links and words are the reference's: scrapers read them.
 *
 * @module
 */

import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import { describeProcess } from '../../process/description.ts';
import type { StateName } from '../../process/machine/states.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import { localTime } from '../../python/local-time.ts';
import { namespec } from '../../rpc/process-names.ts';
import { SUPERVISOR_VERSION } from '../../rpc/versions.ts';
import { DOCTYPE, escapeAttribute, escapeText, quoteUrl } from './html.ts';

export interface StatusPageOptions {
  /** In the order in which they are shown. */
  readonly processes: readonly ManagedProcess[];
  readonly now: Date;
  /** The result of the last action, or null. */
  readonly message: string | null;
  /** False for a role that only reads: it gets no links that change something. */
  readonly mayOperate: boolean;
  readonly site: PageSite;
}

/** What the live page takes from the plain one. */
export interface PageSite {
  readonly host: string;
  readonly identifier: string;
  readonly role: string;
  /** Null where the server demands no name. */
  readonly user: string | null;
  readonly seesAll: boolean;
  /** The name of the fleet whose nodes the page shows; null where there is none. */
  readonly fleet: string | null;
}

/** The files that the live page begins with; the build puts their names in. */
declare const PAGE_ENTRY: { readonly script: string; readonly style: string };

export function statusPage({ processes, now, message, mayOperate, site }: StatusPageOptions): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const rows = processes.map((process, index) => row(process, seconds, index % 2 === 1, mayOperate));
  return `${head(site)}
  <div>
    ${message === null ? '<div class="hidden">#</div>' : `<div class="status_msg">${escapeText(message)}</div>`}

    <form action="index.html" method="post">
${buttons(mayOperate)}

      ${rows.length === 0 ? 'No programs to manage' : table(rows)}
    </form>

  </div>

  <div class="push">
  </div>
</div>

<div class="clr" id="footer">
  <div class="left">
    <a href="http://supervisord.org">Supervisor</a> <span>${SUPERVISOR_VERSION}</span> <span>visord ${VISORD_VERSION}</span>
  </div>
  <div class="right">
    &copy; 2006-<span>${localTime(now.getTime()).year}</span> <strong><a href="http://agendaless.com/">Agendaless Consulting and Contributors</a></strong>
  </div>
</div>
</body>
</html>`;
}

function head({ host, identifier, role, user, seesAll, fleet }: PageSite): string {
  const data = { host, identifier, version: VISORD_VERSION, role, user: user ?? '', all: String(seesAll) };
  const all = fleet === null ? data : { ...data, fleet };
  const attributes = Object.entries(all).map(([name, value]) => ` data-${name}="${escapeAttribute(value)}"`);
  return `${DOCTYPE}
<html lang="en">
<head>
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>Supervisor Status</title>
  <link href="stylesheets/supervisor.css" rel="stylesheet" type="text/css" />
  <link href="page/${PAGE_ENTRY.style}" rel="stylesheet" type="text/css" />
  <link href="images/icon.png" rel="icon" type="image/png" />
  <script type="module" src="page/${PAGE_ENTRY.script}"${attributes.join('')}></script>
</head>
<body>
<div id="wrapper">

  <div id="header">
    <img alt="Supervisor status" src="images/supervisor.gif" />
  </div>
`;
}

function buttons(mayOperate: boolean): string {
  const all = [button('Refresh', 'refresh')];
  if (mayOperate) all.push(button('Restart All', 'restartall'), button('Stop All', 'stopall'));
  return `      <ul class="clr" id="buttons">\n${all.join('\n')}\n      </ul>`;
}

function button(title: string, action: string): string {
  return `        <li class="action-button"><a href="index.html?action=${action}">${title}</a></li>`;
}

function table(rows: readonly string[]): string {
  return `<table cellspacing="0">
        <thead>
        <tr>
          <th class="state">State</th>
          <th class="desc">Description</th>
          <th class="name">Name</th>
          <th class="action">Action</th>
        </tr>
        </thead>

        <tbody>
${rows.join('\n')}
        </tbody>
      </table>`;
}

function row(process: ManagedProcess, now: number, isShaded: boolean, mayOperate: boolean): string {
  const { state } = process;
  const name = namespec(process);
  const quoted = quoteUrl(name);
  return `          <tr class="${isShaded ? 'shade' : ''}">
            <td class="status"><span class="${cssClass(state)}">${state.toLowerCase()}</span></td>
            <td><span>${escapeText(describeProcess(process, now))}</span></td>
            <td><a href="tail.html?processname=${quoted}" target="_blank">${escapeText(name)}</a></td>
            <td class="action">
              <ul>
${actions(process, quoted, mayOperate)}
              </ul>
            </td>
          </tr>`;
}

function cssClass(state: StateName): string {
  if (state === 'RUNNING') return 'statusrunning';
  return state === 'FATAL' || state === 'BACKOFF' ? 'statuserror' : 'statusnominal';
}

/** Five places in every row; one that has nothing to offer is hidden. A program with `reload_signal` has one more. */
function actions(process: ManagedProcess, name: string, mayOperate: boolean): string {
  return [
    ...(mayOperate ? changes(process, name) : [NO_ACTION, NO_ACTION, NO_ACTION]),
    tailLink('Tail -f Stdout', `logtail/${name}`),
    tailLink('Tail -f Stderr', `logtail/${name}/stderr`),
  ]
    .map((link) => `                <li>\n                  ${link}\n                </li>`)
    .join('\n');
}

function changes({ state, config }: ManagedProcess, name: string): readonly string[] {
  const hasReload = state === 'RUNNING' && config.reloadSignal !== null;
  return [
    ...stateActions(state, name),
    ...(hasReload ? [actionLink('Reload', 'reloadprogram', name)] : []),
    actionLink('Clear Log', 'clearlog', name),
  ];
}

function stateActions(state: StateName, name: string): readonly [string, string] {
  switch (state) {
    case 'RUNNING':
      return [actionLink('Restart', 'restart', name), actionLink('Stop', 'stop', name)];
    case 'STOPPED':
    case 'EXITED':
    case 'FATAL':
      return [actionLink('Start', 'start', name), NO_ACTION];
    default:
      return [NO_ACTION, NO_ACTION];
  }
}

const NO_ACTION = '<a class="hidden" href="#" name="#">Action</a>';

function actionLink(title: string, action: string, name: string): string {
  return `<a href="index.html?processname=${name}&amp;action=${action}" name="${title}">${title}</a>`;
}

function tailLink(title: string, href: string): string {
  return `<a href="${href}" name="${title}" target="_blank">${title}</a>`;
}
