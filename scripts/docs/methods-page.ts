/**
 * The reference page of the XML-RPC methods.
 *
 * @module
 */
import { pythonRepr } from '../../src/python/repr.ts';
import { COMMON_FAULTS, FAULTS, type FaultName } from '../../src/rpc/faults.ts';
import type { DocumentedMethod, Returned } from '../../src/rpc/method.ts';
import { NAMESPACES, type Namespace } from '../../src/rpc/namespaces.ts';
import { RIGHTS } from '../../src/rpc/rights/rights.ts';
import { writeCall } from '../../src/xmlrpc/writer.ts';

export function methodsPage(namespaces: readonly Namespace[] = NAMESPACES): string {
  return [HEAD, ...namespaces.map(contents), rightsTable(), faultsTable(), ...namespaces.map(section)].join(
    '\n',
  );
}

const HEAD = `# XML-RPC methods

<!-- Made from the tables in src/rpc by \`npm run docs\`. -->

The daemon answers XML-RPC calls at \`POST /RPC2\` of its HTTP servers (\`[unix_http_server]\`, \`[inet_http_server]\`). A server
with a \`username\` needs a user name and a password. The examples are for \`port=127.0.0.1:9001\` without a password. Each
example in Python needs these lines before it:

\`\`\`python
from xmlrpc.client import ServerProxy

server = ServerProxy('http://127.0.0.1:9001/RPC2')
\`\`\`

With curl, \`--unix-socket /run/supervisor.sock\` sends the request to a unix socket, whatever the host name in the URL is.
\`-u USER:PASSWORD\` adds the user name and the password.

A process is named \`group:name\`, or \`name\` where both are the same; \`group:*\` means all processes of the group.
Parameters in brackets are optional. An int has 32 bits.
`;

function contents({ name, methods }: Namespace): string {
  const links = methods.map((method) => `[${method.name}](#${anchor(`${name}.${method.name}`)})`);
  return `- [\`${name}.*\`](#${anchor(name)}): ${links.join(' ')}`;
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9_-]/g, '');
}

function rightsTable(): string {
  const rows = Object.entries(RIGHTS).map(
    ([name, { role, isForAll, about }]) =>
      `| \`${name}\` | ${role} | ${isForAll ? 'no' : 'yes'} | ${about} |`,
  );
  return `
## Rights

Each method needs a right. The \`username\` of a server section has all rights. A \`[user:x]\` has the rights of its role. If it has
\`programs=\`, it has only those rights with a yes in the third column. A call without the right gets HTTP 403 and the
reason. A \`system.multicall\` that contains such a call is refused before any of its calls is made.

| right | lowest role | with \`programs=\` | what it allows |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function faultsTable(): string {
  const rows = Object.entries(FAULTS).map(([name, { code, when }]) => `| ${code} | \`${name}\` | ${when} |`);
  return `
## Faults

The string of a fault is its name, or \`NAME: detail\`. Any call can have the faults ${list(COMMON_FAULTS)}.
The others are listed with the methods.

| code | name | when |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function list(names: readonly FaultName[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function section({ name, factory, help, methods }: Namespace): string {
  const section =
    factory === null ? '' : `\nThe section has \`supervisor.rpcinterface_factory = ${factory}\`.\n`;
  return `## ${name}

${help}
${section}
${methods.map((method) => methodText(name, method)).join('\n')}`;
}

function methodText(namespace: string, method: DocumentedMethod): string {
  const name = `${namespace}.${method.name}`;
  const parts = [
    `### ${name}`,
    `\`${callOf(name, method)}\` → ${typesOf(method.returns)}`,
    asSentence(method.help),
    parametersTable(method),
    `Returns **${method.returns.name}**: ${method.returns.help}.`,
    `Needs the right \`${method.right}\`.`,
    method.faults.length === 0 ? '' : `Faults: ${list(method.faults)}.`,
    method.answersWhileEnding ? 'It can also be called while the daemon shuts down or restarts.' : '',
    method.isExtension ? `Since ${method.since}; not in supervisord.` : '',
    `\`\`\`python\n${pythonExample(name, method)}\n\`\`\``,
    `\`\`\`sh\n${curlExample(name, method)}\n\`\`\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function typesOf({ type, otherType }: Returned): string {
  return otherType === undefined ? `\`${type}\`` : `\`${type}\` or \`${otherType}\``;
}

function asSentence(help: string): string {
  const text = help
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n\n')
    .replaceAll('<', '&lt;');
  return text.endsWith('.') ? text : `${text}.`;
}

function callOf(name: string, { parameters }: DocumentedMethod): string {
  const names = parameters.map((parameter) =>
    parameter.isOptional ? `[${parameter.name}]` : parameter.name,
  );
  return `${name}(${names.join(', ')})`;
}

function parametersTable({ rows }: DocumentedMethod): string {
  const lines = Object.entries(rows).map(([name, { type, help, isOptional, default: missing }]) => {
    const text = isOptional ? `\`${pythonRepr(missing)}\`` : 'required';
    return `| \`${name}\` | ${type} | ${text} | ${help.replaceAll('|', '\\|')} |`;
  });
  if (lines.length === 0) return '';
  return `| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n${lines.join('\n')}`;
}

function pythonExample(name: string, { rows }: DocumentedMethod): string {
  return `server.${name}(${Object.values(rows)
    .map(({ example }) => pythonRepr(example))
    .join(', ')})`;
}

function curlExample(name: string, { rows }: DocumentedMethod): string {
  const xml = writeCall(
    name,
    Object.values(rows).map(({ example }) => example),
  );
  const body = xml.replace(/^<\?[^>]*>\n/, '').replace(/>\n/g, '>');
  return `curl http://127.0.0.1:9001/RPC2 -d '${body.replaceAll("'", "'\\''")}'`;
}
