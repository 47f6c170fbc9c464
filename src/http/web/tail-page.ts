/**
 * The page that shows the end of a process's stdout log.
 *
 * @module
 */

import { CallScope } from '../../rpc/call-scope.ts';
import { callMethod } from '../../rpc/dispatcher.ts';
import { FAULT_CODES, RpcFault } from '../../rpc/faults.ts';
import type { MethodTable } from '../../rpc/method.ts';
import type { Form } from './form.ts';
import { DOCTYPE, escapeText, quoteUrl } from './html.ts';

/** How many bytes are shown where fewer, or none, are asked for. */
const LEAST_BYTES = 1024;

/** @param form `processname`, and `limit`: how many of the last bytes are shown, 1024 at least */
export function tailPage(table: MethodTable, form: Form): string {
  const name = form.get('processname');
  if (name === undefined) return page('None', 'No process name found', '');
  const limit = readLimit(form.get('limit'));
  const refresh = `<a href="tail.html?processname=${quoteUrl(name)}&amp;limit=${limit}">
    <input name="refresh" type="button" value=" Refresh " />
  </a>
`;
  return page(name, logEnd(table, name, limit), refresh);
}

function readLimit(text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) return LEAST_BYTES;
  return Math.min(Math.max(Number(text), LEAST_BYTES), Number.MAX_SAFE_INTEGER);
}

function logEnd(table: MethodTable, name: string, limit: number): string {
  try {
    return String(callMethod(table, 'supervisor.readProcessStdoutLog', [name, -limit, 0], new CallScope()));
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    if (error.code === FAULT_CODES.NO_FILE) return `No file for ${name}`;
    return `ERROR: unexpected rpc fault [${error.code}] ${error.message}`;
  }
}

function page(name: string, text: string, refresh: string): string {
  return `${DOCTYPE}
<html lang="en">
<head>
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>Supervisor tail of process ${escapeText(name)}</title>
  <link href="stylesheets/supervisor.css" rel="stylesheet" type="text/css" />
</head>
<body>

<div>

<pre>${escapeText(text)}</pre>

<form action="index.html" method="POST">

<div>
  ${refresh}</div>

</form>

</div>

</body>
</html>`;
}
