/**
 * The operation of one method in the OpenAPI document.
 *
 * @module
 */
import { FAULTS, type FaultName } from '../../../rpc/faults.ts';
import { type Part, schemaOf } from '../../../rpc/json-types.ts';
import type { BoundMethod, DescribedParameter, Returned } from '../../../rpc/method.ts';
import { FAULT_STATUS, OTHER_FAULT_STATUS } from '../fault-status.ts';

/** @param name in full, as `supervisor.getState` */
export function methodOperation(name: string, method: BoundMethod): Part {
  const [namespace = ''] = name.split('.', 1);
  const paragraphs = method.help.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim());
  return {
    operationId: name,
    tags: [namespace],
    summary: paragraphs[0] ?? name,
    description: paragraphs.join('\n\n'),
    'x-right': method.right,
    requestBody: requestBody(method.parameters),
    responses: {
      200: json('The method has succeeded.', {
        type: 'object',
        required: ['result'],
        properties: { result: resultSchema(method.returns) },
      }),
      ...faultResponses(method),
      401: { $ref: '#/components/responses/Unauthorized' },
      403: { $ref: '#/components/responses/Forbidden' },
      413: { $ref: '#/components/responses/TooLarge' },
      415: { $ref: '#/components/responses/NotJson' },
    },
  };
}

function resultSchema({ type, otherType, help }: Returned): Part {
  if (otherType === undefined) return schemaOf(type, help);
  return { description: help, oneOf: [schemaOf(type), schemaOf(otherType)] };
}

function requestBody(parameters: readonly DescribedParameter[]): Part {
  const needed = parameters.filter(({ isOptional }) => !isOptional);
  const examples = parameters.filter(({ example }) => example !== undefined);
  return {
    required: needed.length > 0,
    content: {
      'application/json': {
        schema: {
          oneOf: [
            {
              title: 'Arguments by name',
              type: 'object',
              properties: Object.fromEntries(
                parameters.map((parameter) => [parameter.name, parameterSchema(parameter)]),
              ),
              required: needed.map(({ name }) => name),
              additionalProperties: false,
            },
            {
              title: 'Arguments by position',
              type: 'array',
              ...(parameters.length > 0 && {
                prefixItems: parameters.map((parameter) => ({
                  title: parameter.name,
                  ...parameterSchema(parameter),
                })),
              }),
              items: false,
              minItems: needed.length,
            },
          ],
        },
        example: Object.fromEntries(examples.map(({ name, example }) => [name, example])),
      },
    },
  };
}

function parameterSchema({ type, help, isOptional, default: missing }: DescribedParameter): Part {
  return { ...schemaOf(type, help), ...(isOptional && missing !== undefined && { default: missing }) };
}

/** By status; those of a plugin are not known. */
function faultResponses({ faults, answersWhileEnding }: BoundMethod): Part {
  const ending: readonly FaultName[] = answersWhileEnding === false ? ['SHUTDOWN_STATE'] : [];
  const byStatus = new Map<number, FaultName[]>([[FAULT_STATUS.INCORRECT_PARAMETERS, []]]);
  for (const fault of ['INCORRECT_PARAMETERS' as const, ...(faults ?? []), ...ending]) {
    const status = FAULT_STATUS[fault];
    byStatus.set(status, [...(byStatus.get(status) ?? []), fault]);
  }
  const known = [...byStatus].map(([status, names]) => [status, faultResponse(status, names)]);
  const other = {
    [OTHER_FAULT_STATUS]: json('A fault of the plugin.', { $ref: '#/components/schemas/Fault' }),
  };
  return { ...(faults === undefined && other), ...Object.fromEntries(known) };
}

function faultResponse(status: number, names: readonly FaultName[]): Part {
  const fault = {
    allOf: [
      { $ref: '#/components/schemas/Fault' },
      {
        properties: {
          fault: {
            properties: { name: { enum: names }, code: { enum: names.map((name) => FAULTS[name].code) } },
          },
        },
      },
    ],
  };
  const about = names.map((name) => `${name}: ${FAULTS[name].when}`);
  // A body that is not JSON has this status, too.
  return status === FAULT_STATUS.INCORRECT_PARAMETERS
    ? json([...about, 'or the body is not arguments in JSON'].join('; '), {
        oneOf: [fault, { $ref: '#/components/schemas/Error' }],
      })
    : json(about.join('; '), fault);
}

/** A response with JSON. */
export function json(description: string, schema: Part): Part {
  return { description, content: { 'application/json': { schema } } };
}
