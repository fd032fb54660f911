import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { momentText } from '../times.js';
import { codeOf } from './durable-files.js';

/** The data of a backup. Not the name that a server opens: nobody is to write it. */
export const BACKUP_FILE = 'cassadra-backup.mdb';
/** The last file of a backup that is written. */
export const MANIFEST_FILE = 'backup.json';
/** At the end of the name of a backup that is not finished. */
export const PARTIAL = '.partial';

const MANIFEST_FORMAT = 1;

const manifestForm = z.object({
  cassadraBackup: z.literal(MANIFEST_FORMAT),
  program: z.string(),
  /** What was acknowledged before is in it. */
  takenMs: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  contents: z.object({
    format: z.number(),
    events: z.number(),
    streams: z.number(),
    timedEvents: z.number(),
    position: z.number(),
    savetimeMs: z.number(),
  }),
});

/** What a backup says of itself. */
export type Manifest = Readonly<z.output<typeof manifestForm>>;

export function newManifest(facts: Omit<Manifest, 'cassadraBackup'>): Manifest {
  return { cassadraBackup: MANIFEST_FORMAT, ...facts };
}

/** Throws for what is no whole backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  if (folder.endsWith(PARTIAL)) {
    throw new CliError('absent', `${folder} is a backup that was not finished: name another one`);
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error;
    throw new CliError('absent', `${folder} is no backup: it has no ${MANIFEST_FILE}`);
  }
  const known = manifestForm.safeParse(objectIn(text));
  if (known.success) return known.data;
  const advice = 'it is damaged, or of a newer version: run that one, or take another backup';
  throw new CliError('failed', `${path} cannot be read: ${advice}`);
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** For people. */
export function contentsText({ contents, takenMs }: Manifest): string {
  const { events, streams, timedEvents, position, savetimeMs } = contents;
  const newest = position === 0 ? '' : `, the newest at position ${position}`;
  const saved = position === 0 ? '' : ` of ${momentText(savetimeMs)}`;
  return (
    `${events} events of ${streams} streams${newest}${saved}, ${timedEvents} timed events; ` +
    `as of ${momentText(takenMs)}`
  );
}
