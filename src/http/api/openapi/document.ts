/**
 * The API as an OpenAPI document, made from the table of methods.
 *
 * Source: OpenAPI Specification 3.1.
 *
 * @module
 */
import { VISORD_VERSION } from '../../../config/tables/visord-version.ts';
import type { Part } from '../../../rpc/json-types.ts';
import type { MethodTable } from '../../../rpc/method.ts';
import { json, methodOperation } from './operation.ts';
import { otherPaths } from './other-paths.ts';

const ERROR = { $ref: '#/components/schemas/Error' };

const COMPONENTS: Part = {
  schemas: {
    Fault: {
      type: 'object',
      required: ['fault'],
      properties: {
        fault: {
          type: 'object',
          required: ['code', 'name', 'text'],
          properties: {
            code: { type: 'integer', description: 'The code of XML-RPC.' },
            name: { type: ['string', 'null'], description: 'Null for a code of a plugin.' },
            text: { type: 'string', description: 'The text of XML-RPC.' },
          },
        },
      },
    },
    Error: {
      type: 'object',
      required: ['error'],
      properties: { error: { type: 'string', description: 'The reason, in one sentence.' } },
    },
  },
  responses: {
    Unauthorized: { description: 'The request has no user name and password, or wrong ones.' },
    Forbidden: json('The user does not have the right.', ERROR),
    TooLarge: json('The body is larger than max_body_bytes.', ERROR),
    NotJson: json('The Content-Type is not application/json.', ERROR),
  },
  securitySchemes: { basic: { type: 'http', scheme: 'basic' } },
};

/** @param prefix of all paths of the API; @param methods those that the reader of the document may call */
export function openApiDocument(prefix: string, methods: MethodTable): Part {
  const operations = [...methods].map(([name, method]) => [
    `${prefix}${name}`,
    { post: methodOperation(name, method) },
  ]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'visord',
      version: VISORD_VERSION,
      description: 'Every method of the XML-RPC interface with JSON, the events of the daemon, and logs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }, {}],
    paths: { ...Object.fromEntries(operations), ...otherPaths(prefix) },
    components: COMPONENTS,
  };
}
