import { invalidField } from '../../../core/index.js';

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string };

/** A path of google.api.http: `/v1/things/{id}:stop`. */
export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** Behind the last colon. */
  readonly verb: string | undefined;
}

const TEMPLATE = /^((?:\/[^/:]+)+)(?::([A-Za-z][\w-]*))?$/;
const FIELD = /^\{([a-z]\w*(?:\.[a-z]\w*)*)\}$/;
const LITERAL = /^[\w.~-]+$/;

/** Throws TypeError for what is no template, or uses more of the syntax than is known here. */
export function parsePathTemplate(text: string): PathTemplate {
  const [, path = '', verb] = TEMPLATE.exec(text) ?? [];
  const segments = path.split('/').slice(1).map(parseSegment);
  if (segments.length === 0 || segments.includes(undefined)) {
    throw new TypeError(`the path ${text} cannot be served`);
  }
  return { text, segments: segments.filter((segment) => segment !== undefined), verb };
}

function parseSegment(text: string): Segment | undefined {
  const [, name] = FIELD.exec(text) ?? [];
  if (name !== undefined) return { kind: 'field', name };
  return LITERAL.test(text) ? { kind: 'literal', text } : undefined;
}

/** The names of the fields in the path. */
export function fieldsOf({ segments }: PathTemplate): readonly string[] {
  return segments.flatMap((segment) => (segment.kind === 'field' ? [segment.name] : []));
}

/**
 * The values of the fields by their names; undefined when the path is another. `path` is as it was
 * sent. Throws INVALID_ARGUMENT when a value is not percent-encoded UTF-8.
 */
export function matchPath(
  template: PathTemplate,
  path: string,
): ReadonlyMap<string, string> | undefined {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  const { segments, verb } = template;
  if (parts.length !== segments.length) return undefined;
  if (verb !== undefined) {
    const last = parts.pop() ?? '';
    const end = `:${verb}`;
    if (!last.endsWith(end)) return undefined;
    parts.push(last.slice(0, -end.length));
  }
  const values = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (segment.kind === 'field' ? part === '' : part !== segment.text) return undefined;
    if (segment.kind === 'field') values.set(segment.name, part);
  }
  return new Map([...values].map(([name, part]) => [name, decode(name, part)]));
}

function decode(name: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidField(name, 'must be percent-encoded UTF-8');
  }
}
