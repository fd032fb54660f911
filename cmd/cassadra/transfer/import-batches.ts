import type { EventJson } from '../event-json.js';
import type { Line } from '../lines.js';
import { parseExportLine } from './export-format.js';

/** What one append may hold: below the limits of a server with the usual settings. */
const EVENTS_MAX = 1_000;
const BYTES_MAX = 2 * 1_048_576;

/** Events of one stream whose versions follow each other, or what is wrong with them. */
export interface ImportBatch {
  readonly stream: string;
  readonly streamId: string;
  readonly firstVersion: number;
  readonly events: readonly EventJson[];
  readonly bytes: number;
  /** Of the input, from its start to the last line of the batch. */
  readonly inputBytes: number;
}

export interface ImportInput {
  /** Whether the end line was there: the export had come to its end. */
  complete: boolean;
  header: boolean;
}

interface Open {
  readonly events: EventJson[];
  bytes: number;
}

function bytesOf(event: EventJson): number {
  const content = Buffer.byteLength(event.json ?? event.data ?? '');
  return content + Buffer.byteLength(JSON.stringify(event.metadata));
}

function goesOn(open: Open, event: EventJson): boolean {
  const last = open.events.at(-1);
  if (last === undefined) return true;
  const next = event.streamId === last.streamId && event.version === last.version + 1;
  return next && open.events.length < EVENTS_MAX && open.bytes + bytesOf(event) <= BYTES_MAX;
}

/** Cuts the events of an export into appends. Throws CliError for a line that is none. */
export async function* batchesOf(
  lines: AsyncIterable<Line>,
  input: ImportInput,
): AsyncGenerator<ImportBatch> {
  let open: Open = { events: [], bytes: 0 };
  let inputBytes = 0;
  for await (const line of lines) {
    const parsed = parseExportLine(line);
    if (parsed.kind === 'header') input.header = true;
    if (parsed.kind === 'end') input.complete = true;
    if (parsed.kind === 'event') {
      if (!goesOn(open, parsed.event)) {
        yield* batchOf(open, inputBytes);
        open = { events: [], bytes: 0 };
      }
      open.events.push(parsed.event);
      open.bytes += bytesOf(parsed.event);
    }
    inputBytes += line.bytes;
  }
  yield* batchOf(open, inputBytes);
}

function* batchOf({ events, bytes }: Open, inputBytes: number): Generator<ImportBatch> {
  const [first] = events;
  if (first === undefined) return;
  const { stream, streamId, version: firstVersion } = first;
  yield { stream, streamId, firstVersion, events, bytes, inputBytes };
}
