import {
  AppError,
  sameEvent,
  type RecordedEvent,
  type StreamAppend,
  type Uuid,
} from '../core/index.js';

/**
 * How an append ended.
 * - `appended`: written now, durable. `savetimeMs` is that of the last event.
 * - `duplicate`: an earlier try had written the same events; its result.
 * - `conflict`: not written; the stream was at `currentVersion`. Always true.
 * - `unknown`: may have been written, or may still be. Retry with the same event ids.
 * - `unavailable`: no statement has left the process; nothing was or will be written.
 * - `invalid`: refused, nothing written.
 */
export type AppendOutcome =
  | Written<'appended'>
  | Written<'duplicate'>
  | { readonly kind: 'conflict'; readonly currentVersion: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly error: AppError }
  | { readonly kind: 'invalid'; readonly error: AppError };

interface Written<Kind extends string> {
  readonly kind: Kind;
  readonly firstVersion: number;
  readonly lastVersion: number;
  readonly savetimeMs: number;
}

/** EVENT_ID_REUSED: the ids are in the stream, but not as this append has them. */
export function idReused(eventId: Uuid): AppendOutcome {
  const error = new AppError('EVENT_ID_REUSED', `event id ${eventId} is already in the stream`, {
    event_id: eventId,
  });
  return { kind: 'invalid', error };
}

/** STREAM_FULL: the versions of a stream are int32. */
export function streamFull(): AppendOutcome {
  return { kind: 'invalid', error: new AppError('STREAM_FULL', 'the stream has no versions left') };
}

/**
 * The answer to an append whose ids stand in the stream, in order, as `recorded`: a duplicate
 * when the contents are the same, else EVENT_ID_REUSED.
 */
export function earlierTry(
  append: StreamAppend,
  recorded: readonly RecordedEvent[],
): AppendOutcome {
  const different = append.events.find((event, index) => {
    const there = recorded[index];
    return there?.eventId !== event.eventId || !sameEvent(event, there);
  });
  if (different !== undefined) return idReused(different.eventId);
  const first = recorded[0];
  const last = recorded[append.events.length - 1];
  if (first === undefined || last === undefined) throw new TypeError('an append without events');
  return {
    kind: 'duplicate',
    firstVersion: first.version,
    lastVersion: last.version,
    savetimeMs: last.savetimeMs,
  };
}
