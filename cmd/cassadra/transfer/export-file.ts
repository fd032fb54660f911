import { open, type FileHandle } from 'node:fs/promises';
import { CliError } from '../cli-error.js';
import type { EventJson } from '../event-json.js';
import { parseExportLine, type ExportLine, type Selection } from './export-format.js';
import { firstWholeLine } from './first-line.js';
import { lastWholeLine } from './last-line.js';

const PENDING_BYTES_MAX = 262_144;
const HEADER_BEGINNING = '{"cassadraExport":';

/** Where lines of an export go. */
export interface ExportSink {
  line(text: string): Promise<void>;
  /** Everything is safe when it resolves. */
  close(): Promise<void>;
}

/** How far an export had come that is to be gone on with. */
export type ExportPlace =
  | { readonly kind: 'start' }
  | { readonly kind: 'after'; readonly event: EventJson }
  | { readonly kind: 'finished' };

export interface ResumedFile {
  readonly sink: ExportSink;
  /** Undefined: the file holds nothing yet. */
  readonly selection: Selection | undefined;
  readonly place: ExportPlace;
}

class FileSink implements ExportSink {
  readonly #file: FileHandle;
  #pending: string[] = [];
  #pendingBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async line(text: string): Promise<void> {
    this.#pending.push(text, '\n');
    this.#pendingBytes += text.length + 1;
    if (this.#pendingBytes >= PENDING_BYTES_MAX) await this.#write();
  }

  async close(): Promise<void> {
    try {
      await this.#write();
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }

  async #write(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingBytes = 0;
    if (text !== '') await this.#file.appendFile(text);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A new file; one that exists is never written over. */
export async function createExport(path: string): Promise<ExportSink> {
  try {
    return new FileSink(await open(path, 'ax'));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      const advice = 'go on with it by --resume, or name another file';
      throw new CliError('misused', `${path} exists: ${advice}`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('failed', `${path} cannot be written: ${reason}`);
  }
}

/** Opens the file of an earlier export, cuts what is torn off its end, and says how far it got. */
export async function resumeExport(path: string): Promise<ResumedFile> {
  const file = await open(path, 'a+').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('misused', `${path} cannot be opened: ${reason}`);
  });
  try {
    const selection = await selectionOf(file, path);
    const place = selection === undefined ? await startAnew(file) : await cutToPlace(file);
    return { sink: new FileSink(file), selection, place };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function startAnew(file: FileHandle): Promise<ExportPlace> {
  await file.truncate(0);
  return { kind: 'start' };
}

/** From the header; undefined when not even that was written whole. */
async function selectionOf(file: FileHandle, path: string): Promise<Selection | undefined> {
  const text = await firstWholeLine(file);
  const header = text === undefined ? undefined : parsedOrUndefined(text);
  if (header?.kind === 'header') return header.selection;
  // what has another beginning is not ours to cut
  if (text === undefined && (await beginsAsHeader(file))) return undefined;
  throw new CliError('misused', `${path} is not an export of this format: name another file`);
}

async function beginsAsHeader(file: FileHandle): Promise<boolean> {
  const wanted = Buffer.from(HEADER_BEGINNING);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted.length), 0, wanted.length, 0);
  return buffer.subarray(0, bytesRead).equals(wanted.subarray(0, bytesRead));
}

/**
 * A process that dies leaves a torn last line; a power cut may leave more lines that are none. What
 * is cut off is written again.
 */
async function cutToPlace(file: FileHandle): Promise<ExportPlace> {
  let { size: end } = await file.stat();
  for (;;) {
    const last = await lastWholeLine(file, end);
    if (last === undefined) return startAnew(file);
    const parsed = parsedOrUndefined(last.text);
    if (parsed !== undefined) {
      await file.truncate(last.end);
      return placeAfter(parsed);
    }
    end = last.start;
  }
}

function parsedOrUndefined(text: string): ExportLine | undefined {
  try {
    return parseExportLine({ text, number: 0, bytes: 0 });
  } catch {
    return undefined;
  }
}

function placeAfter(line: ExportLine): ExportPlace {
  switch (line.kind) {
    case 'header':
      return { kind: 'start' };
    case 'event':
      return { kind: 'after', event: line.event };
    case 'end':
      return { kind: 'finished' };
  }
}
