import { ApiError } from '../api/api-error.js';
import { asError } from '../api/as-error.js';
import type { EventsApi, RecordedEvent, SubscriptionQuery } from '../api/events.js';
import { untilSeen, whileSeen } from './page-seen.js';
import { pause } from './pause.js';

const FIRST_PAUSE_MS = 500;
const PAUSE_MAX_MS = 10_000;
/** Of a page that was hidden for longer, nobody waits for what came meanwhile. */
const MISSED_MAX_MS = 60_000;

export interface Followed {
  readonly onEvents: (events: readonly RecordedEvent[]) => void;
  /** The end is reached: what follows is new. */
  readonly onCaughtUp?: () => void;
  /** It is interrupted, or refused; undefined: it goes on. */
  readonly onTrouble: (error: Error | undefined) => void;
  /** Leaves out what came during an interruption, however short. */
  readonly onlyNew?: boolean;
}

/**
 * Follows events until the signal is aborted. After a loss it goes on where it was. So it does when
 * a page is seen again that was hidden (browsers have few connections for all tabs together); after
 * a long time it begins anew, as the query says, unless that is at the start of all.
 */
export async function follow(
  api: EventsApi,
  query: SubscriptionQuery,
  followed: Followed,
  signal: AbortSignal,
): Promise<void> {
  const place = { cursor: query.cursor };
  let pauseMs = FIRST_PAUSE_MS;
  const hear = async (open: AbortSignal): Promise<void> => {
    for await (const message of api.subscribe({ ...query, ...place }, open)) {
      followed.onTrouble(undefined);
      pauseMs = FIRST_PAUSE_MS;
      if (message.kind === 'events') followed.onEvents(message.events);
      if (message.kind === 'caught-up') followed.onCaughtUp?.();
      if (message.cursor !== '' && followed.onlyNew !== true) place.cursor = message.cursor;
    }
  };
  while (!signal.aborted) {
    const hiddenMs = await untilSeen(signal);
    if (hiddenMs > MISSED_MAX_MS && query.from === 'now') place.cursor = '';
    const open = whileSeen(signal);
    try {
      await hear(open.signal);
    } catch (error) {
      if (signal.aborted) return;
      if (open.signal.aborted) continue;
      if (place.cursor !== '' && isCursorInvalid(error)) place.cursor = '';
      else if (isEndedBy(error, followed)) return;
    } finally {
      open.end();
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
  }
}

/** The place is not there any more: its storage was cut off, or is another one. */
function isCursorInvalid(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'CURSOR_INVALID';
}

/** Tells of an error. Answers whether it is the last. */
function isEndedBy(error: unknown, { onTrouble }: Followed): boolean {
  onTrouble(asError(error));
  return error instanceof ApiError && isFinal(error);
}

/** It would be refused again. */
function isFinal({ status }: ApiError): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
