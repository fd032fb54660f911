import { AppError } from '../../core/index.js';

/** The commit may have reached the disk; the storage takes no more writes until a restart. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('it is unknown whether the commit reached the disk', { cause });
    this.name = 'CommitUnknown';
  }
}

const FULL_CODES: ReadonlySet<unknown> = new Set([
  -30792, // MDB_MAP_FULL
  -30788, // MDB_TXN_FULL
  28, // ENOSPC
  27, // EFBIG
  122, // EDQUOT
]);
const EIO = 5;

/** Less room than this, and a write that failed is taken for one that found the disk full. */
const FULL_BELOW_BYTES = 16 * 1_048_576;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** lmdb puts the cause of a failed commit into a promise beside the error. */
export async function commitCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

/**
 * The error of a write of which nothing was written. LMDB reports a write that the full disk cut
 * short as EIO, so the room that is left decides.
 */
export function writeFailed(cause: unknown, freeBytes: number): AppError {
  const code = codeOf(cause);
  if (FULL_CODES.has(code) || (code === EIO && freeBytes < FULL_BELOW_BYTES)) {
    return new AppError('STORAGE_FULL', 'the disk is full; nothing was written', {}, cause);
  }
  return new AppError('UNAVAILABLE', 'the disk refused the write; nothing was written', {}, cause);
}

/** After close(), or after a fault that only a restart clears. */
export function stopped(reason: string): AppError {
  return new AppError('UNAVAILABLE', `the embedded storage is not serving: ${reason}`);
}

/** The data directory is not ours, or what stands in it does not fit together. */
export function damaged(problem: string): AppError {
  return new AppError('DATA_DIR_INVALID', `the data directory cannot be used: ${problem}`);
}

/** What the disk gave back is not what was written. */
export function eventDamaged(stream: string, version: number): AppError {
  return new AppError(
    'STREAM_CORRUPT',
    `stream ${stream}: version ${version} is damaged on the disk: restore a backup`,
    { stream, version: String(version) },
  );
}

/** Of a stream as a whole. */
export function streamDamaged(stream: string, problem: string): AppError {
  const text = `stream ${stream} is damaged on the disk: ${problem}: restore a backup`;
  return new AppError('STREAM_CORRUPT', text, { stream });
}

/** A row points to an event that is not there. */
export function eventMissing(stream: string, version: number): AppError {
  return new AppError('STREAM_CORRUPT', `stream ${stream}: version ${version} is missing`, {
    stream,
    version: String(version),
  });
}
