import { jsonProblem } from './json-problem.js';

/** Why a text is no metadata; empty means none. */
export function metadataProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const problem = jsonProblem(text);
  if (problem !== undefined) return problem;
  const value: unknown = JSON.parse(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) return 'Metadata are an object, as {"correlationId": "…"}';
  const bad = Object.entries(value).find(([, it]) => typeof it !== 'string');
  return bad === undefined ? undefined : `The value of ${bad[0]} is not a text`;
}

/** Of a text without a problem. */
export function readMetadata(text: string): Record<string, string> {
  if (text.trim() === '') return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, String(it)]));
}
