import {
  getOption,
  isMessage,
  toJson,
  type DescField,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
} from '@bufbuild/protobuf';
import { z } from 'zod';
import { fieldsOf, parsePathTemplate, type PathTemplate } from './path-template.js';

/** One way to call a method over HTTP. */
export interface Binding {
  readonly httpMethod: HttpMethod;
  readonly template: PathTemplate;
  /** Where the body goes: all of the request, one field of it, or there is none. */
  readonly body: '*' | DescField | undefined;
  readonly method: DescMethod;
}

const HTTP_METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

const KEYS = { GET: 'get', PUT: 'put', POST: 'post', DELETE: 'delete', PATCH: 'patch' } as const;

const PATTERN = z.strictObject({
  get: z.string().optional(),
  put: z.string().optional(),
  post: z.string().optional(),
  delete: z.string().optional(),
  patch: z.string().optional(),
  body: z.string().optional(),
});
type Pattern = z.infer<typeof PATTERN>;
const RULE = PATTERN.extend({ additionalBindings: z.array(PATTERN).optional() });

/** The path by which gRPC calls a method. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** All bindings of all methods. Throws for one that cannot be served: a mistake in `proto/`. */
export function bindingsOf(descriptors: FileRegistry): readonly Binding[] {
  const http = descriptors.getExtension('google.api.http');
  const rule = http?.message;
  if (http === undefined || rule === undefined) return [];
  const bindings: Binding[] = [];
  for (const type of descriptors) {
    if (type.kind !== 'service') continue;
    for (const method of type.methods) {
      const option = getOption(method, http);
      if (!isMessage(option, rule)) continue;
      const { additionalBindings = [], ...first } = RULE.parse(toJson(rule, option));
      if (HTTP_METHODS.some((name) => pathOf(first, name) !== undefined)) {
        bindings.push(...[first, ...additionalBindings].map((one) => bindingOf(method, one)));
      }
    }
  }
  return bindings;
}

function pathOf(pattern: Pattern, method: HttpMethod): string | undefined {
  return pattern[KEYS[method]];
}

function bindingOf(method: DescMethod, pattern: Pattern): Binding {
  const httpMethod = HTTP_METHODS.find((name) => pathOf(pattern, name) !== undefined);
  const path = httpMethod === undefined ? undefined : pathOf(pattern, httpMethod);
  if (httpMethod === undefined || path === undefined || !canBeServed(method)) {
    throw new TypeError(`${methodPath(method)} has a binding that cannot be served`);
  }
  const template = parsePathTemplate(path);
  for (const name of fieldsOf(template)) {
    const field = fieldAt(method.input, name)?.at(-1);
    if (field?.fieldKind !== 'scalar' && field?.fieldKind !== 'enum') {
      throw new TypeError(`${path}: ${name} is not a single value of ${method.input.typeName}`);
    }
  }
  return { httpMethod, template, body: bodyOf(method.input, pattern.body ?? ''), method };
}

/** Answers have lines of their own for errors, which are known by their member `error`. */
function canBeServed({ methodKind, output }: DescMethod): boolean {
  if (methodKind === 'unary') return true;
  const isOpen = output.fields.every(({ jsonName }) => jsonName !== 'error');
  return methodKind !== 'client_streaming' && isOpen;
}

function bodyOf(input: DescMessage, body: string): Binding['body'] {
  if (body === '' || body === '*') return body === '' ? undefined : '*';
  const field = input.fields.find(({ name }) => name === body);
  if (field === undefined) throw new TypeError(`${input.typeName} has no field ${body}`);
  return field;
}

/** The fields that a name with dots goes through; undefined when there is none of that name. */
export function fieldAt(message: DescMessage, name: string): readonly DescField[] | undefined {
  const [first = '', ...rest] = name.split('.');
  const field = message.fields.find((one) => one.name === first || one.jsonName === first);
  if (field === undefined) return undefined;
  if (rest.length === 0) return [field];
  if (field.fieldKind !== 'message') return undefined;
  const inner = fieldAt(field.message, rest.join('.'));
  return inner === undefined ? undefined : [field, ...inner];
}
