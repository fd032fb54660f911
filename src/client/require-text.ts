import { invalidField } from './errors.js';

/** Half a surrogate pair would silently become another character on its way. */
export function requireText(text: string, field: string): void {
  if (typeof text !== 'string') throw invalidField(field, 'is not a text');
  if (/\p{Surrogate}/u.test(text)) throw invalidField(field, 'is not valid Unicode');
}

/** The same of keys and values. */
export function requireTexts(texts: Readonly<Record<string, string>>, field: string): void {
  for (const [key, value] of Object.entries(texts)) {
    requireText(key, field);
    requireText(value, `${field}.${key}`);
  }
}

/** Throws InvalidRequestError: what is given empty would mean another thing than it says. */
export function requireFilled(text: string | undefined, field: string): void {
  if (text === undefined) return;
  requireText(text, field);
  if (text === '') throw invalidField(field, 'is empty');
}
