import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { FinalEvent, HistoryLine, RunRecord } from './operation.js';

/** Written at once, so that a run is not slowed down by its own record. */
const CHUNK_CHARACTERS = 256 * 1024;

/** What stands in the file of a run besides its history: one head, and a line for each stream. */
interface SavedHead extends Omit<RunRecord, 'lines' | 'finalStreams'> {
  readonly kind: 'run';
}

interface SavedStream {
  readonly kind: 'final';
  readonly stream: string;
  readonly events: readonly FinalEvent[];
}

type SavedLine = HistoryLine | SavedHead | SavedStream;

/**
 * Keeps the lines of a run, and writes them to a file as they come when it is given a path, so that
 * a run whose process dies leaves something. Millions of lines fit into memory: keys that come up
 * again, and reads that were answered like the one before, are kept once.
 */
export class HistoryRecorder {
  readonly #lines: HistoryLine[] = [];
  readonly #keys = new Map<string, string>();
  readonly #lastReads = new Map<string, readonly string[]>();
  readonly #file: number | undefined;
  #pending: string[] = [];
  #pendingCharacters = 0;

  constructor(path?: string) {
    this.#file = path === undefined ? undefined : openSync(path, 'w');
  }

  /** The lines of a file that a recorder wrote. A last line that was cut off is left out. */
  static async load(path: string): Promise<HistoryRecorder> {
    const recorder = new HistoryRecorder();
    for await (const line of savedLines(path)) {
      if (line.kind !== 'run' && line.kind !== 'final') recorder.add(line);
    }
    return recorder;
  }

  /** In the order in which they were added. */
  get lines(): readonly HistoryLine[] {
    return this.#lines;
  }

  add(line: HistoryLine): void {
    this.#lines.push(this.#compact(line));
    if (this.#file === undefined) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#pending.push(text);
    this.#pendingCharacters += text.length;
    if (this.#pendingCharacters >= CHUNK_CHARACTERS) this.#flush(this.#file);
  }

  /** Writes what is left and closes the file. */
  close(): void {
    if (this.#file === undefined) return;
    this.#flush(this.#file);
    closeSync(this.#file);
  }

  #flush(file: number): void {
    const bytes = Buffer.from(this.#pending.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    this.#pending = [];
    this.#pendingCharacters = 0;
  }

  #compact(line: HistoryLine): HistoryLine {
    switch (line.kind) {
      case 'delivery':
        return { ...line, key: this.#once(line.key), stream: this.#once(line.stream) };
      case 'read':
        return { ...line, keys: this.#keysOnce(line.stream, line.keys) };
      default:
        return line;
    }
  }

  #keysOnce(stream: string, keys: readonly string[]): readonly string[] {
    const last = this.#lastReads.get(stream);
    if (last?.length === keys.length && last.every((key, at) => key === keys[at])) return last;
    const kept = keys.map((key) => this.#once(key));
    this.#lastReads.set(stream, kept);
    return kept;
  }

  #once(text: string): string {
    const known = this.#keys.get(text);
    if (known === undefined) this.#keys.set(text, text);
    return known ?? text;
  }
}

/** Writes a whole run to a file, one line of JSON each, so that it can be checked again. */
export async function saveRun(path: string, record: RunRecord): Promise<void> {
  const file = await open(path, 'w');
  try {
    let pending: string[] = [];
    let characters = 0;
    const flush = async (): Promise<void> => {
      await file.appendFile(pending.join(''));
      pending = [];
      characters = 0;
    };
    for (const line of linesToSave(record)) {
      const text = `${JSON.stringify(line)}\n`;
      pending.push(text);
      characters += text.length;
      if (characters >= CHUNK_CHARACTERS) await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
}

/** A run that `saveRun` wrote. */
export async function loadRun(path: string): Promise<RunRecord> {
  const recorder = new HistoryRecorder();
  const finalStreams = new Map<string, readonly FinalEvent[]>();
  let head: SavedHead | undefined;
  for await (const line of savedLines(path)) {
    if (line.kind === 'run') head = line;
    else if (line.kind === 'final') finalStreams.set(line.stream, line.events);
    else recorder.add(line);
  }
  if (head === undefined) throw new Error(`${path} is not a saved run: it has no head`);
  const { readers, feed, passed } = head;
  return { lines: recorder.lines, finalStreams, readers, feed, passed };
}

function* linesToSave({ lines, finalStreams, ...head }: RunRecord): Generator<SavedLine> {
  yield { kind: 'run', ...head };
  for (const [stream, events] of finalStreams) yield { kind: 'final', stream, events };
  yield* lines;
}

async function* savedLines(path: string): AsyncGenerator<SavedLine> {
  const input = createReadStream(path);
  let broken: string | undefined;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    // Only a line that others follow must be whole: the process may have died in the last one.
    if (broken !== undefined) throw new Error(`${path}: not a line of a run: ${broken}`);
    const line = parsedLine(text);
    if (line === undefined) broken = text.slice(0, 80);
    else yield line;
  }
}

function parsedLine(text: string): SavedLine | undefined {
  try {
    return JSON.parse(text) as SavedLine;
  } catch {
    return undefined;
  }
}
