import { z } from 'zod';

/** What the reference says of a variable beside its default. */
export interface SettingNote {
  /** Completes "must be …". */
  readonly allowed: string;
  readonly reason: string;
  /** Where the default is not a plain value. */
  readonly defaultText?: string;
  /** Never shown. */
  readonly secret?: boolean;
}

const notes = z.registry<SettingNote>();

/** Binds a note to a schema. Every variable has one. */
export function noted<Schema extends z.ZodType>(schema: Schema, note: SettingNote): Schema {
  notes.add(schema, note);
  return schema;
}

/** The note of a schema. */
export function noteOf(schema: z.ZodType): SettingNote {
  const note = notes.get(schema);
  if (note === undefined) throw new TypeError('a setting without a note');
  return note;
}

interface WholeNumber {
  readonly min: number;
  readonly max: number;
  readonly standard: number;
  readonly reason: string;
}

/** A whole number, written in digits only. */
export function wholeNumber({
  min,
  max,
  standard,
  reason,
}: WholeNumber): z.ZodDefault<z.ZodType<number>> {
  const digits = z.string().regex(/^\d{1,15}$/);
  const schema = digits.transform(Number).pipe(z.number().min(min).max(max));
  return noted(schema.default(standard), {
    allowed: `a whole number from ${min} to ${max}`,
    reason,
  });
}

/** `true` or `false`. */
export function yesOrNo(standard: boolean, reason: string): z.ZodDefault<z.ZodType<boolean>> {
  const schema = z.enum(['true', 'false']).transform((text) => text === 'true');
  return noted(schema.default(standard), { allowed: '`true` or `false`', reason });
}

/** One of a few words. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  standard: NoInfer<Word>,
  reason: string,
): z.ZodDefault<z.ZodType<Word>> {
  return noted(z.enum(words).default(standard), { allowed: orList(words), reason });
}

/** `a`, `b` or `c`. */
export function orList(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}

/** A text that is not empty; an empty variable counts as not set. */
export function text(standard: string, reason: string): z.ZodDefault<z.ZodType<string>> {
  return noted(z.string().default(standard), { allowed: 'a text', reason });
}

/** A text that may be missing. */
export function optionalText(note: Omit<SettingNote, 'allowed'>): z.ZodOptional<z.ZodType<string>> {
  return noted(z.string().optional(), { allowed: 'a text', ...note });
}

/** A file that may be named. */
export function optionalPath(reason: string): z.ZodOptional<z.ZodType<string>> {
  return noted(z.string().optional(), { allowed: 'a path', reason });
}
