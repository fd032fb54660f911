import {
  StoreError,
  type Cassadra,
  type ListedStream,
  type RecordedEvent,
} from '../../../src/client/index.js';
import { CliError } from '../cli-error.js';
import { eventJson } from '../event-json.js';
import type { ExportPlace, ExportSink } from './export-file.js';
import { END_LINE, headerLine, type Selection } from './export-format.js';
import { readAhead } from './read-ahead.js';
import { selectedStreams } from './selected-streams.js';

/** Streams that are begun to be read before their turn. */
const STREAMS_AHEAD = 16;

export interface ExportRun {
  readonly store: Cassadra;
  readonly sink: ExportSink;
  readonly selection: Selection;
  readonly place: ExportPlace;
  /** Written when the place is the start of a new file. */
  readonly header: boolean;
  readonly nowMs: number;
  /** Told after each event. */
  readonly onProgress: (counts: ExportCounts) => void;
  /** A stream with holes: what stands before them is exported, and the rest of the streams. */
  readonly onCorrupt: (stream: string, message: string) => void;
}

export interface ExportCounts {
  streams: number;
  events: number;
  corrupt: number;
}

/** Writes the streams of a selection, one after the other, from the place on. */
export async function exportStreams(run: ExportRun): Promise<ExportCounts> {
  const counts = { streams: 0, events: 0, corrupt: 0 };
  const { sink, selection, place } = run;
  if (place.kind === 'finished') return counts;
  if (run.header) await sink.line(headerLine(selection, run.nowMs));
  const listed = selectedStreams(run.store, selection);
  const streams = place.kind === 'after' ? fromStream(listed, place.event.streamId) : listed;
  const opened = readAhead(streams, (stream) => readFrom(run, stream), STREAMS_AHEAD);
  for await (const { source, items } of opened) {
    await exportStream(run, { source, items }, counts);
    counts.streams += 1;
  }
  await sink.line(END_LINE);
  return counts;
}

async function exportStream(
  run: ExportRun,
  stream: { readonly source: ListedStream; readonly items: AsyncIterable<RecordedEvent> },
  counts: ExportCounts,
): Promise<void> {
  try {
    for await (const event of stream.items) {
      await run.sink.line(JSON.stringify(eventJson(event)));
      counts.events += 1;
      run.onProgress(counts);
    }
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'STREAM_CORRUPT') throw error;
    counts.corrupt += 1;
    run.onCorrupt(stream.source.stream, error.message);
  }
}

/** The stream that an earlier export was in the middle of goes on after its last event. */
function readFrom({ store, place }: ExportRun, { stream, streamId }: ListedStream) {
  const begun = place.kind === 'after' && place.event.streamId === streamId;
  return store.read(stream, begun ? { from: place.event.version + 1 } : {});
}

/** Streams are listed in one order always, so those before this one have been exported. */
async function* fromStream(
  streams: AsyncIterable<ListedStream>,
  streamId: string,
): AsyncGenerator<ListedStream> {
  let found = false;
  for await (const stream of streams) {
    found ||= stream.streamId === streamId;
    if (found) yield stream;
  }
  if (found) return;
  throw new CliError(
    'misused',
    `the stream ${streamId}, where the export stopped, is not in this store: name its own store, ` +
      'or begin a new file',
  );
}
