/**
 * The web page: `/`, `/index.html`, `/tail.html`, `/ok.html`, and the files that it is made of.
 *
 * @module
 */
import { hostname } from 'node:os';
import { MAIN_RPC_FACTORY } from '../../config/sections/rpc-interfaces.ts';
import { CallScope } from '../../rpc/call-scope.ts';
import type { MethodTable } from '../../rpc/method.ts';
import { NameOrder } from '../../rpc/process-names.ts';
import { refusalOfCall, refusalOfName, refusalOfRight } from '../../rpc/rights/refusal.ts';
import { createMethodTable } from '../../rpc/rpc-interfaces.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { auditOf } from '../audit-trail.ts';
import type { Exchange, HandlerOptions } from '../messages/exchange.ts';
import { sendBody, sendError, sendRefusal } from '../messages/replies.ts';
import { readBody } from '../messages/request-body.ts';
import { ForbiddenActionError, performAction, UnknownActionError } from './actions.ts';
import { type Form, readForm } from './form.ts';
import { messageLocation } from './redirect.ts';
import { answerWithFile } from './static-files.ts';
import { statusPage } from './status-page.ts';
import { tailPage } from './tail-page.ts';

type View = (exchange: Exchange, form: Form, options: HandlerOptions) => void;

const VIEWS: ReadonlyMap<string, View> = new Map([
  ['', showStatus],
  ['index.html', showStatus],
  ['tail.html', showTail],
  ['ok.html', ({ response }) => sendBody(response, 200, { 'Content-Type': 'text/plain' }, 'OK')],
]);

/** The headers of every page: its contents change at any moment. */
const NEVER_CACHED = {
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache',
  Expires: new Date(0).toUTCString(),
} as const;

const PAGE_HEADERS = {
  'Content-Type': 'text/html;charset=utf-8',
  'Content-Security-Policy': [
    // Nothing from other hosts, and no script or style in the page itself.
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
    "form-action 'self'; base-uri 'none'",
    // Pages of other sites cannot frame ours and have its buttons clicked.
    "frame-ancestors 'none'",
  ].join('; '),
  // Our requests carry a Referer.
  'Referrer-Policy': 'same-origin',
  ...NEVER_CACHED,
} as const;

/** Answers every path that no other handler answers. */
export function answerWithPage(exchange: Exchange, options: HandlerOptions): void {
  const { request, path, query } = exchange;
  const view = VIEWS.get(path.replace(/^\/+/, ''));
  if (view && (request.method === 'GET' || request.method === 'HEAD'))
    view(exchange, readForm(query, ''), options);
  else if (view && request.method === 'POST') readPosted(exchange, options, view);
  else answerWithFile(exchange);
}

function readPosted(exchange: Exchange, options: HandlerOptions, view: View): void {
  const { request, response, query } = exchange;
  readBody(request, options.maxBodyBytes, (body) => {
    if (body.kind === 'no-length') sendError(response, 411);
    else if (body.kind === 'too-large') sendError(response, 413, { Connection: 'close' });
    else void guarded(exchange, () => view(exchange, readForm(query, body.bytes.toString()), options));
  });
}

function showStatus(exchange: Exchange, form: Form, { refuseAction }: HandlerOptions): void {
  const { request, response, supervisor, caller } = exchange;
  const action = form.get('action');
  // HEAD changes nothing (RFC 9110, 9.2.1): it is answered with the head of the page.
  if (action !== undefined && request.method !== 'HEAD') {
    if (!refuseAction(request, response)) answerAction(exchange, action, form.get('processname'));
    return;
  }
  const page = statusPage({
    processes: siteOf(supervisor).order.processes(),
    now: new Date(),
    message: form.get('message') ?? null,
    mayOperate: refusalOfRight(caller, 'operate', 'the page') === null,
    site: {
      host: hostname(),
      identifier: supervisor.config.daemon.identifier,
      role: caller.role,
      user: caller.user,
      seesAll: caller.programs === null,
      fleet: caller.programs === null ? (supervisor.config.fleetNodes?.name ?? null) : null,
    },
  });
  sendBody(response, 200, PAGE_HEADERS, page);
}

function showTail(exchange: Exchange, form: Form): void {
  const { response, supervisor } = exchange;
  if (refuseName(exchange, form.get('processname'))) return;
  sendBody(response, 200, PAGE_HEADERS, tailPage(siteOf(supervisor).table, form));
}

/** Answers a caller that may not see the process with 403, and returns true. */
function refuseName({ caller, response }: Exchange, processName: string | undefined): boolean {
  const refusal = processName === undefined ? null : refusalOfName(caller, processName);
  if (refusal !== null) sendRefusal(response, refusal);
  return refusal !== null;
}

function answerAction(exchange: Exchange, action: string, processName: string | undefined): void {
  const { request, response, supervisor, caller, peer } = exchange;
  if (refuseName(exchange, processName)) return;
  const audit = auditOf(exchange, 'web page');
  const scope = new CallScope(audit);
  response.onGone(() => scope.cancel());
  void guarded(exchange, async () => {
    const { table } = siteOf(supervisor);
    const message = await performAction(supervisor, table, {
      action,
      processName,
      scope,
      refusalOf: (method, args) => refusalOfCall(caller, table, method, args),
    });
    if (scope.isCancelled) return;
    const Location = messageLocation(request.headers.get('host'), message, peer.isSecure);
    sendError(response, 301, { Location, ...NEVER_CACHED });
  });
}

/** Runs what happens after the handler has returned; a failure is logged and answered with 500. */
async function guarded(exchange: Exchange, act: () => void | Promise<void>): Promise<void> {
  const { response, supervisor } = exchange;
  try {
    await act();
  } catch (error) {
    if (error instanceof UnknownActionError) {
      sendError(response, 400);
      return;
    }
    if (error instanceof ForbiddenActionError) {
      auditOf(exchange, 'web page')?.(`refused: ${error.message}`);
      sendRefusal(response, error.message);
      return;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    supervisor.log.error(`Web interface error: ${trace}`);
    if (response.isBegun) response.abort();
    else sendError(response, 500);
  }
}

/** What the page needs of a daemon; the page works whatever RPC interfaces are configured. */
interface Site {
  readonly table: MethodTable;
  readonly order: NameOrder;
}

const sites = new WeakMap<SupervisorView, Site>();

function siteOf(supervisor: SupervisorView): Site {
  const known = sites.get(supervisor);
  if (known) return known;
  const own = [{ name: 'supervisor', factory: MAIN_RPC_FACTORY, options: {} }];
  const site = { table: createMethodTable(supervisor, own), order: new NameOrder(supervisor) };
  sites.set(supervisor, site);
  return site;
}
