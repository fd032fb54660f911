import {
  SUBSCRIBED_TYPES_MAX,
  type EventsApi,
  type EventType,
  type SubscriptionQuery,
} from '../../api/events.js';
import { follow, type Followed } from '../../app/follow.js';

const PAGE_EVENTS = 1_000;
const STREAM_EVENTS_MAX = 10_000;

export interface CorrelationSearch {
  readonly api: EventsApi;
  readonly correlationId: string;
  readonly followed: Followed;
  readonly signal: AbortSignal;
}

/** Of the whole store, and what comes later. Ends when the signal is aborted, or it is refused. */
export async function searchAll(search: CorrelationSearch): Promise<void> {
  const { api, followed, signal } = search;
  await follow(api, queryOf(search, []), followed, signal);
}

/**
 * Type by type, for a storage that does not order all events. With more types than a subscription
 * takes they are searched in turn, and what comes later is not followed: browsers have few
 * connections.
 */
export async function searchTypes(
  search: CorrelationSearch,
  types: readonly EventType[],
): Promise<void> {
  const { api, followed, signal } = search;
  if (types.length > 0 && isFollowed(types)) {
    await follow(api, queryOf(search, types), followed, signal);
    return;
  }
  for (let at = 0; at < types.length; at += SUBSCRIBED_TYPES_MAX) {
    const some = types.slice(at, at + SUBSCRIBED_TYPES_MAX);
    if (!(await untilCaughtUp(search, some))) return;
  }
  followed.onCaughtUp?.();
}

/** Whether one subscription takes all types: then what comes later is found, too. */
export function isFollowed(types: readonly EventType[]): boolean {
  return types.length <= SUBSCRIBED_TYPES_MAX;
}

/** What the last events of a stream have of it: they are there before all types are searched. */
export async function searchStream(
  { api, correlationId, followed, signal }: CorrelationSearch,
  stream: string,
): Promise<void> {
  const { currentVersion } = await api.streamState(stream, signal);
  let fromVersion = Math.max(1, currentVersion - STREAM_EVENTS_MAX + 1);
  while (fromVersion <= currentVersion) {
    const events = await api.readStream(stream, { fromVersion, limit: PAGE_EVENTS }, signal);
    followed.onEvents(events.filter(({ metadata }) => metadata['correlationId'] === correlationId));
    fromVersion += PAGE_EVENTS;
  }
}

/** False: it was refused, or stopped. */
async function untilCaughtUp(
  search: CorrelationSearch,
  types: readonly EventType[],
): Promise<boolean> {
  const { api, followed, signal } = search;
  const turn = new AbortController();
  const { onEvents, onTrouble } = followed;
  let isThere = false;
  const onCaughtUp = (): void => {
    isThere = true;
    turn.abort();
  };
  const open = AbortSignal.any([signal, turn.signal]);
  await follow(api, queryOf(search, types), { onEvents, onTrouble, onCaughtUp }, open);
  return isThere;
}

function queryOf(
  { correlationId }: CorrelationSearch,
  types: readonly EventType[],
): SubscriptionQuery {
  return { types, cursor: '', from: 'start', metadata: { correlationId } };
}
