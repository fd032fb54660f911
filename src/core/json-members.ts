import { depthStep, endOfLiteral } from './json-shape.js';
import { invalidField } from './limits.js';

/** Valid JSON: its exact text, and what it says. */
export interface JsonText {
  readonly text: string;
  readonly value: unknown;
}

const SPACE = /[ \t\n\r]*/y;
/** A number, true, false or null. */
const SCALAR = /[^ \t\n\r,}\]]*/y;

/** No call has so many; they are not collected to be refused one by one. */
const MEMBERS_MAX = 100;

/** Names come from the caller: an error shows no more of one. */
const NAME_CHARACTERS_SHOWN = 100;

/** A name as errors show it. */
export function shownName(name: string): string {
  return name.length <= NAME_CHARACTERS_SHOWN ? name : `${name.slice(0, NAME_CHARACTERS_SHOWN)}…`;
}

/**
 * The members of a JSON object, by name, each with the exact source of its value. Throws
 * INVALID_ARGUMENT when the body is no object or has over 100 members (field `body`), or a name
 * stands in it twice.
 */
export function jsonMembers(json: JsonText): ReadonlyMap<string, string> {
  const { text, value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidField('body', 'must be a JSON object');
  }
  const members = new Map<string, string>();
  let index = endOf(SPACE, text, text.indexOf('{') + 1);
  while (text[index] !== '}') {
    const nameEnd = endOfLiteral(text, index);
    const name = String(JSON.parse(text.slice(index, nameEnd)));
    const start = endOf(SPACE, text, text.indexOf(':', nameEnd) + 1);
    const end = endOfValue(text, start);
    if (members.has(name)) throw invalidField(shownName(name), 'stands twice in the body');
    if (members.size >= MEMBERS_MAX) {
      throw invalidField('body', `must not have more than ${MEMBERS_MAX} members`);
    }
    members.set(name, text.slice(start, end));
    index = endOf(SPACE, text, end);
    if (text[index] === ',') index = endOf(SPACE, text, index + 1);
  }
  return members;
}

function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  pattern.test(text);
  return Math.max(pattern.lastIndex, start);
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfLiteral(text, start);
  if (first !== '{' && first !== '[') return endOf(SCALAR, text, start);
  let depth = 0;
  let index = start;
  do {
    if (text[index] === '"') {
      index = endOfLiteral(text, index);
      continue;
    }
    depth += depthStep(text.charCodeAt(index));
    index += 1;
  } while (depth > 0);
  return index;
}
