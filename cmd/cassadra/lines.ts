import { CliError } from './cli-error.js';
import { textOf } from './whole-input.js';

/** A line over this is no event: payloads end at 3 MiB. */
const LINE_BYTES_MAX = 64 * 1_048_576;
const NEWLINE = 0x0a;

export interface Line {
  /** Without its end. */
  readonly text: string;
  /** From 1 on. */
  readonly number: number;
  /** In the input, its end included. */
  readonly bytes: number;
}

/** The lines of an input in UTF-8, empty ones left out. The last one needs no end. */
export async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let waiting = 0;
  const take = (end: Buffer, ended: boolean): Line => {
    const whole = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    parts = [];
    waiting = 0;
    number += 1;
    const text = textOf(whole, `line ${number}`).replace(/\r$/, '');
    return { text, number, bytes: whole.byteLength + (ended ? 1 : 0) };
  };
  for await (const chunk of input) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      const line = take(chunk.subarray(start, at), true);
      start = at + 1;
      if (line.text !== '') yield line;
    }
    const rest = chunk.subarray(start);
    waiting += rest.byteLength;
    if (waiting > LINE_BYTES_MAX) {
      throw new CliError('misused', `line ${number + 1} is too long: one JSON object a line`);
    }
    if (rest.byteLength > 0) parts.push(rest);
  }
  if (waiting > 0) yield take(Buffer.alloc(0), false);
}

/** The JSON object on a line. Throws CliError that names the line. */
export function jsonObject({ text, number }: Line): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // told below, with the number of the line
  }
  throw new CliError('misused', `line ${number} is not a JSON object: one event a line`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
