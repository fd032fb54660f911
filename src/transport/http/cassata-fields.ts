import { AppError, invalidField, jsonMembers, shownName, type JsonText } from '../../core/index.js';

/** What a body of `add` may hold, in the spellings of Cassata's README and of its code. */
const SPELLINGS = {
  eventId: ['event-id', 'eventId'],
  application: ['application-id', 'application'],
  payload: ['event', 'eventJson'],
  expiry: ['expiry'],
  url: ['url', 'destinationUrl'],
  method: ['method', 'httpMethod'],
  headers: ['request-headers', 'headers'],
} as const satisfies Record<string, readonly string[]>;

export type CassataField = keyof typeof SPELLINGS;

/** Names of `core`'s errors for what comes from these fields. */
const CORE_NAMES: Readonly<Record<string, CassataField>> = {
  event_id: 'eventId',
  application: 'application',
  payload: 'payload',
  due_ms: 'expiry',
  url: 'url',
  method: 'method',
  headers: 'headers',
};

/** A field as the caller spelled it, with the exact source of its value. */
export interface GivenField {
  readonly name: string;
  readonly source: string;
}

/** The fields of a body. Throws INVALID_ARGUMENT for unknown ones and both spellings of one. */
export class CassataFields {
  readonly #given = new Map<CassataField, GivenField>();

  constructor(json: JsonText) {
    for (const [name, source] of jsonMembers(json)) {
      const field = fieldOf(name);
      if (field === undefined) throw invalidField(shownName(name), 'is not a field of this call');
      const twin = this.#given.get(field);
      if (twin !== undefined) throw invalidField(name, `is the same field as ${twin.name}`);
      this.#given.set(field, { name, source });
    }
  }

  /** Undefined when the body does not have it. */
  find(field: CassataField): GivenField | undefined {
    return this.#given.get(field);
  }

  /** Throws INVALID_ARGUMENT when the body does not have it. */
  require(field: CassataField): GivenField {
    const given = this.#given.get(field);
    if (given === undefined) throw invalidField(SPELLINGS[field].join(' or '), 'is missing');
    return given;
  }

  /** An error of `core` that names the field as the caller does; others as they are. */
  respell(error: unknown): unknown {
    const coreField = error instanceof AppError ? error.details['field'] : undefined;
    // `url` and `headers` belong to `http` there
    const plain = coreField?.replace(/^http\./, '') ?? '';
    const coreName = /^\w+/.exec(plain)?.[0];
    const field = coreName === undefined ? undefined : CORE_NAMES[coreName];
    if (!(error instanceof AppError) || coreField === undefined || field === undefined)
      return error;
    const name = this.#given.get(field)?.name ?? SPELLINGS[field][0];
    const respelled = plain.replace(/^\w+/, name);
    const message = error.message.startsWith(coreField)
      ? `${respelled}${error.message.slice(coreField.length)}`
      : `${respelled}: ${error.message}`;
    return new AppError(error.code, message, { ...error.details, field: respelled }, error);
  }
}

function fieldOf(name: string): CassataField | undefined {
  for (const [field, spellings] of Object.entries(SPELLINGS)) {
    if (spellings.some((spelling) => spelling === name)) return field as CassataField;
  }
  return undefined;
}
