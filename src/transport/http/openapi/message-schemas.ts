import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
} from '@bufbuild/protobuf';
import type { Comments } from './comments.js';
import { REQUIRED_FIELDS } from './required-fields.js';

const SCALARS: Readonly<Record<ScalarType, JsonObject>> = {
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.INT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SINT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SFIXED32]: { type: 'integer', format: 'int32' },
  [ScalarType.UINT32]: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
  [ScalarType.FIXED32]: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
  [ScalarType.INT64]: { type: 'string', format: 'int64' },
  [ScalarType.SINT64]: { type: 'string', format: 'int64' },
  [ScalarType.SFIXED64]: { type: 'string', format: 'int64' },
  [ScalarType.UINT64]: { type: 'string', format: 'uint64' },
  [ScalarType.FIXED64]: { type: 'string', format: 'uint64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
};

const WHOLE_64: ReadonlySet<unknown> = new Set(['int64', 'uint64']);

/** The messages of requests, with those inside. */
export function messagesInside(requests: Iterable<DescMessage>): ReadonlySet<DescMessage> {
  const found = new Set(requests);
  // a Set is walked with what is added meanwhile
  for (const { fields } of found) {
    for (const { message } of fields) if (message !== undefined) found.add(message);
  }
  return found;
}

/** The schemas of messages and enums, collected as they are referred to. */
export class MessageSchemas {
  readonly #comments: Comments;
  readonly #taken: ReadonlySet<DescMessage>;
  readonly #schemas: JsonObject = {};

  /** `taken`: the messages that requests may hold; numbers are read more freely than written. */
  constructor(comments: Comments, taken: ReadonlySet<DescMessage>) {
    this.#comments = comments;
    this.#taken = taken;
  }

  /** By their full names, in alphabetical order. */
  get all(): JsonObject {
    const entries = Object.entries(this.#schemas);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A reference to a schema, which is made when it is the first. */
  refer(desc: DescMessage | DescEnum): JsonObject {
    const name = desc.typeName;
    if (!(name in this.#schemas)) {
      // first, as a message may hold itself
      this.#schemas[name] = {};
      this.#schemas[name] = desc.kind === 'enum' ? this.#ofEnum(desc) : this.#ofMessage(desc);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** The schema of one field, with its description. */
  ofField(field: DescField): JsonObject {
    const comment = this.#comments(field.proto);
    const oneof = field.oneof?.fields.filter((other) => other !== field) ?? [];
    const others = oneof.map((other) => `\`${other.jsonName}\``).join(', ');
    const description = oneof.length === 0 ? comment : `${comment}\n\nNot together with ${others}.`;
    return { ...this.#ofValue(field), description };
  }

  #ofValue(field: DescField): JsonObject {
    const one = this.#ofOne(field);
    if (field.fieldKind === 'map') return { type: 'object', additionalProperties: one };
    return field.fieldKind === 'list' ? { type: 'array', items: one } : one;
  }

  #ofOne(field: DescField): JsonObject {
    if (field.message !== undefined) return this.refer(field.message);
    if (field.enum !== undefined) return this.refer(field.enum);
    if (field.scalar === undefined) return {};
    const schema = SCALARS[field.scalar];
    const isTaken = this.#taken.has(field.parent) && WHOLE_64.has(schema.format);
    return isTaken ? { ...schema, type: ['string', 'integer'] } : schema;
  }

  /** The schema of a body that need not repeat the fields of the path. */
  ofBody(desc: DescMessage, inPath: readonly string[]): JsonObject {
    const required = REQUIRED_FIELDS[desc.typeName] ?? [];
    if (!required.some((name) => inPath.includes(name))) return this.refer(desc);
    return this.#ofMessage(desc, inPath);
  }

  #ofMessage(desc: DescMessage, inPath: readonly string[] = []): JsonObject {
    const names = REQUIRED_FIELDS[desc.typeName] ?? [];
    const required = desc.fields
      .filter(({ name }) => names.includes(name) && !inPath.includes(name))
      .map(({ jsonName }) => jsonName);
    const properties = desc.fields.map((field) => [field.jsonName, this.ofField(field)] as const);
    return {
      type: 'object',
      description: this.#comments(desc.proto),
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    };
  }

  #ofEnum(desc: DescEnum): JsonObject {
    const values = desc.values.map(
      (value) => `- \`${value.name}\`: ${this.#comments(value.proto)}`,
    );
    return {
      type: 'string',
      description: [this.#comments(desc.proto), '', ...values].join('\n'),
      enum: desc.values.map(({ name }) => name),
    };
  }
}
