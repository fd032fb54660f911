import {
  requireUuid,
  streamRef,
  STREAM_NAMESPACE,
  type FeedCursor,
} from '../../../src/core/index.js';
import type { Components } from '../../../src/runtime/index.js';
import type { Backend, Finding } from '../../../src/storage/index.js';

/** Stream and type of the probe: kept out of the way of the names of users. */
const PROBE_NAME = '$doctor';
const APPEND_MS = 5_000;
/** How long the event may take to show in the feed, and how long until that is slow. */
const FEED_MS = 15_000;
const FEED_SLOW_MS = 2_000;
const PAUSE_MS = 20;
const PAGE = { boundary: 'event', limit: 100, bytesMax: 3 * 1_048_576 } as const;

/** Appends an event and reads it back by its type, as users do, and measures both. */
export async function probe(backend: Backend, components: Components): Promise<Finding[]> {
  const { clock } = components;
  const before = await backend.eventLog.feedEnd();
  const type = await backend.eventTypes.codeOf(PROBE_NAME);
  const eventId = requireUuid(components.ids.newId());
  const beganMs = clock.monotonicMs();
  const [outcome] = await backend.eventLog.append({
    stream: streamRef(PROBE_NAME, (name) =>
      requireUuid(components.ids.nameId(name, STREAM_NAMESPACE)),
    ),
    appends: [
      {
        expected: { kind: 'any' },
        freshIds: true,
        events: [
          {
            eventId,
            type,
            content: { kind: 'text', text: '{}' },
            contentType: undefined,
            metadata: undefined,
          },
        ],
      },
    ],
    signal: AbortSignal.timeout(APPEND_MS),
  });
  const appendMs = Math.round(clock.monotonicMs() - beganMs);
  if (outcome?.kind !== 'appended') {
    const text = `ended as ${outcome?.kind ?? 'nothing'} after ${appendMs} ms`;
    const remedy = 'the checks above say what is wrong; look at the log of the storage';
    return [{ check: 'append', level: 'fail', text, remedy }];
  }
  const append: Finding = { check: 'append', level: 'ok', text: `took ${appendMs} ms` };
  return [append, await feedFinding(backend, { before, type, eventId }, components)];
}

interface Awaited {
  readonly before: FeedCursor;
  readonly type: Parameters<Backend['eventLog']['readByType']>[0]['types'][number];
  readonly eventId: string;
}

async function feedFinding(
  { eventLog }: Backend,
  { before, type, eventId }: Awaited,
  { clock, timers }: Components,
): Promise<Finding> {
  const check = 'feed by type';
  const startMs = clock.monotonicMs();
  let after = before;
  for (;;) {
    const page = await eventLog.readByType({ types: [type], after, ...PAGE });
    after = page.next;
    const tookMs = Math.round(clock.monotonicMs() - startMs);
    if (page.events.some((event) => event.eventId === eventId)) {
      const text = `shows an event ${tookMs} ms after it was appended`;
      if (tookMs <= FEED_SLOW_MS) return { check, level: 'ok', text };
      const remedy =
        'the feed trails: with FOREIGN_WRITERS it does so by FEED_DELAY_MS; ' +
        'else look at the load of the nodes, and at servers that hang';
      return { check, level: 'warn', text, remedy };
    }
    if (tookMs > FEED_MS) {
      const remedy = 'look at the view in Cassandra (nodetool viewbuildstatus), then run verify';
      return { check, level: 'fail', text: `shows nothing after ${tookMs} ms`, remedy };
    }
    if (page.caughtUp) await timers.sleep(PAUSE_MS);
  }
}
