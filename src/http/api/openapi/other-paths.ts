/**
 * What the OpenAPI document has beside the methods: events, logs and itself.
 *
 * @module
 */
import { EVENT_PARENTS } from '../../../config/tables/event-types.ts';
import type { Part } from '../../../rpc/json-types.ts';
import { json } from './operation.ts';

const REFUSALS: Part = {
  401: { $ref: '#/components/responses/Unauthorized' },
  403: { $ref: '#/components/responses/Forbidden' },
};

const ERROR: Part = { $ref: '#/components/schemas/Error' };

const query = (name: string, description: string, schema: Part): Part => ({
  name,
  in: 'query',
  description,
  schema,
});

const LOG_PARAMETERS: readonly Part[] = [
  query('offset', 'First byte; a negative one counts from the end.', { type: 'integer', default: 0 }),
  query('length', 'Number of bytes; all that follow without it.', { type: 'integer', minimum: 0 }),
  query(
    'follow',
    'With 1, the bytes that are added are sent, too; with file, until the file is rotated or truncated.',
    {
      enum: ['0', '1', 'file'],
      default: '0',
    },
  ),
  query('backup', '1 is the log that was rotated last.', { type: 'integer', minimum: 0, default: 0 }),
  { name: 'Range', in: 'header', description: 'One range of bytes.', schema: { type: 'string' } },
];

const header = (description: string, type: string): Part => ({ description, schema: { type } });

const LOG_HEADERS: Part = {
  'X-Log-Offset': header('Place of the first byte of the body in the file.', 'integer'),
  'X-Log-Size': header('Size of the file, in bytes.', 'integer'),
  'X-Log-File': header('Changes when another file has taken the place of this one.', 'string'),
  'X-Log-Backups': header('Number of rotated logs.', 'integer'),
};

function logOperation(operationId: string, summary: string, path: readonly Part[]): Part {
  const bytes = (description: string): Part => ({
    description,
    headers: LOG_HEADERS,
    content: { 'text/plain': { schema: { type: 'string' } } },
  });
  return {
    operationId,
    tags: ['logs'],
    summary,
    parameters: [...path, ...LOG_PARAMETERS],
    responses: {
      200: bytes('The bytes of the file.'),
      206: bytes('The bytes that Range asks for.'),
      400: json('A parameter cannot be used.', ERROR),
      404: json('This log does not exist.', ERROR),
      416: json('The log has no such bytes.', ERROR),
      ...REFUSALS,
    },
  };
}

const inPath = (name: string, description: string, schema: Part): Part => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

/** @param prefix of all paths of the API */
export function otherPaths(prefix: string): Part {
  return {
    [`${prefix}events`]: {
      get: {
        operationId: 'events',
        tags: ['events'],
        summary: 'The events of the daemon as they occur, as server-sent events.',
        parameters: [
          {
            ...query('types', 'Types of events, as in events= of an event listener; all without it.', {
              type: 'array',
              items: { enum: Object.keys(EVENT_PARENTS) },
            }),
            explode: false,
          },
          {
            name: 'Last-Event-ID',
            in: 'header',
            description:
              'The id of the last event that the client has got; what has occurred since then is sent first.',
            schema: { type: 'string' },
          },
        ],
        responses: {
          200: {
            description: 'The stream, which has no end.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          400: json('There is no such type.', ERROR),
          ...REFUSALS,
        },
      },
    },
    [`${prefix}logs/{name}/{channel}`]: {
      get: logOperation('processLog', 'A part of the log of a process.', [
        inPath('name', 'The process, or group:process.', { type: 'string' }),
        inPath('channel', 'Which of its logs.', { enum: ['stdout', 'stderr'] }),
      ]),
    },
    [`${prefix}logs/supervisord`]: { get: logOperation('mainLog', 'A part of the main log.', []) },
    [`${prefix}nodes`]: {
      get: {
        operationId: 'nodes',
        tags: ['nodes'],
        summary: 'The processes of the nodes of [fleet], each with its own time limit.',
        responses: {
          200: json('Of each node its processes, or the reason why it does not answer.', { type: 'object' }),
          404: json('No nodes are configured.', ERROR),
          ...REFUSALS,
        },
      },
    },
    [`${prefix}nodes/{node}/{method}`]: {
      post: {
        operationId: 'nodeCall',
        tags: ['nodes'],
        summary: 'Calls a method of a node of [fleet]; arguments, result and faults are those of the method.',
        parameters: [
          inPath('node', 'The name of the node.', { type: 'string' }),
          inPath('method', 'As supervisor.startProcess.', { type: 'string' }),
        ],
        requestBody: { content: { 'application/json': { schema: { type: ['array', 'object'] } } } },
        responses: {
          200: json('The result of the method.', { type: 'object' }),
          400: json('The method or its arguments cannot be used.', ERROR),
          503: json('The node does not answer.', ERROR),
          ...REFUSALS,
        },
      },
    },
    [`${prefix}openapi.json`]: {
      get: {
        operationId: 'openapi',
        tags: ['documentation'],
        summary: 'This document.',
        responses: { 200: json('The document.', { type: 'object' }), ...REFUSALS },
      },
    },
  };
}
