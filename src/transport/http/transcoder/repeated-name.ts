import { depthStep, endOfLiteral } from '../../../core/index.js';

const QUOTE = 0x22;
const COMMA = 0x2c;

/** From the outermost value to one inside: names of members, and indexes of items. */
export type JsonPath = readonly (string | number)[];

/** An object or array that is open, and where in it the scan is. */
interface OpenValue {
  /** Undefined for an array. */
  readonly names: Set<string> | undefined;
  step: string | number;
  /** Whether the next text literal in it is a name. */
  nameNext: boolean;
}

/** The way to the first name that stands twice in an object of valid JSON: JSON.parse hides it. */
export function repeatedName(text: string): JsonPath | undefined {
  const open: OpenValue[] = [];
  for (let index = 0; index < text.length; ) {
    const unit = text.charCodeAt(index);
    if (unit !== QUOTE) {
      if (unit === COMMA || depthStep(unit) !== 0) passSign(open, text.charAt(index));
      index += 1;
      continue;
    }
    const end = endOfLiteral(text, index);
    const inside = open.at(-1);
    if (inside?.nameNext === true && isRepeated(inside, text.slice(index, end))) {
      return open.map(({ step }) => step);
    }
    index = end;
  }
  return undefined;
}

/** A character outside of text literals. */
function passSign(open: OpenValue[], character: string): void {
  const step = depthStep(character.charCodeAt(0));
  if (step === 1) {
    const isObject = character === '{';
    open.push({ names: isObject ? new Set() : undefined, step: 0, nameNext: isObject });
  }
  if (step === -1) open.pop();
  const inside = open.at(-1);
  if (character !== ',' || inside === undefined) return;
  if (typeof inside.step === 'number') inside.step += 1;
  inside.nameNext = inside.names !== undefined;
}

function isRepeated(inside: OpenValue, literal: string): boolean {
  const name = String(JSON.parse(literal));
  const repeated = inside.names?.has(name) ?? false;
  inside.names?.add(name);
  inside.step = name;
  inside.nameNext = false;
  return repeated;
}
