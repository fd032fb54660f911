import { z } from 'zod';
import { ROLES } from './caller.js';

const NAME = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible ASCII characters');
const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in 64 hexadecimal digits (cassadra tokens hash)')
  .transform((text) => text.toLowerCase());
const CERTIFICATE = z
  .string()
  .regex(/^(CN|URI|DNS):./, 'must begin with CN:, URI: or DNS:')
  .max(1_000);
/** An empty one would be all streams: that is said by leaving the field out. */
const PREFIX = z.string().min(1, 'must not be empty: leave the field out for all').max(512);
const MOMENT = z.iso
  .datetime({ offset: true, error: 'must be a moment such as 2027-01-01T00:00:00Z' })
  .transform((text) => Date.parse(text));

const CALLER = z
  .strictObject({
    name: NAME,
    token_sha256: z.array(HASH).max(100).optional(),
    certificate: CERTIFICATE.optional(),
    jwt_subject: z.string().min(1).max(256).optional(),
    roles: z.array(z.enum(ROLES)).min(1),
    stream_prefixes: z.array(PREFIX).max(1_000).optional(),
    applications: z.array(z.string().min(1).max(512)).max(1_000).optional(),
    expires: MOMENT.optional(),
  })
  .refine(
    ({ token_sha256: tokens = [], certificate, jwt_subject: subject }) =>
      tokens.length > 0 || certificate !== undefined || subject !== undefined,
    'needs one of token_sha256, certificate, jwt_subject',
  );

const FILE = z.strictObject({ callers: z.array(CALLER).max(10_000) });

/** A caller as the file has it. */
export type AccessEntry = z.output<typeof CALLER>;
/** The same before it is read: what stands in the JSON. */
export type WrittenEntry = z.input<typeof CALLER>;

/** Says which entry is wrong; never what a token is. */
export class AccessFileError extends Error {
  override readonly name = 'AccessFileError';
}

/** The callers of a file. Throws AccessFileError. */
export function parseAccessFile(text: string): readonly AccessEntry[] {
  const json = jsonOf(text);
  const result = FILE.safeParse(json);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => explain(issue, json));
    throw new AccessFileError([...new Set(lines)].join('; '));
  }
  requireUnique(result.data.callers);
  return result.data.callers;
}

/** The same as they are written, to be changed and written again. Throws AccessFileError. */
export function writtenEntries(text: string): readonly WrittenEntry[] {
  parseAccessFile(text);
  // it has just been checked
  return (jsonOf(text) as { readonly callers: readonly WrittenEntry[] }).callers;
}

/** What the file is to hold. Throws AccessFileError for entries that would be refused. */
export function accessFileText(callers: readonly WrittenEntry[]): string {
  const text = `${JSON.stringify({ callers }, undefined, 2)}\n`;
  parseAccessFile(text);
  return text;
}

function jsonOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    // what JSON.parse says shows parts of the text
    throw new AccessFileError('it is not JSON');
  }
}

function explain({ path, message }: z.core.$ZodIssue, json: unknown): string {
  const [first, index, ...rest] = path;
  if (first !== 'callers' || typeof index !== 'number') return `${path.join('.')} ${message}`;
  const name = NAMED.safeParse(json).data?.callers[index]?.name;
  const entry = name === undefined ? `callers[${index}]` : `callers[${index}] (${name})`;
  return [entry, rest.join('.'), message].filter((part) => part !== '').join(' ');
}

/** As much as is needed to name an entry that is wrong. */
const NAMED = z.object({ callers: z.array(z.object({ name: NAME }).optional().catch(undefined)) });

function requireUnique(callers: readonly AccessEntry[]): void {
  const seen = new Map<string, string>();
  for (const { name, token_sha256: tokens = [], certificate, jwt_subject: subject } of callers) {
    const marks = [
      ...[`name ${name}`],
      ...[...tokens].map((hash) => `token_sha256 ${hash.slice(0, 8)}…\0${hash}`),
      ...(certificate === undefined ? [] : [`certificate ${certificate}`]),
      ...(subject === undefined ? [] : [`jwt_subject ${subject}`]),
    ];
    for (const mark of marks) {
      const [shown] = mark.split('\0');
      const other = seen.get(mark);
      if (other !== undefined) {
        throw new AccessFileError(`${shown} stands twice: at ${other} and at ${name}`);
      }
      seen.set(mark, name);
    }
  }
}
