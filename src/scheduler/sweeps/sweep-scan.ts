import type { TimedEventKey, TimedEventSummary } from '../../core/index.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { APPLICATIONS_SCOPE } from '../tenants/applications.js';
import { meansStatus, meansSummary } from './failed-entries.js';
import { paced } from './paced.js';
import type { StoredSweep, SweepCursor } from './stored-sweep.js';

const PAGE = { min: 50, max: 1_000 };
const READS_AT_ONCE = 32;
const EXAMPLES_MAX = 20;

interface Scanned {
  readonly sweep: StoredSweep;
  readonly keys: readonly TimedEventKey[];
}

/**
 * Looks at the next entries and counts those that are meant, `room` of them at most, of one
 * application. Reads only.
 */
export async function scanPage(
  sweep: StoredSweep,
  room: number,
  tools: SchedulerTools,
): Promise<Scanned> {
  const at = await placeOf(sweep, tools);
  if (at.kind !== 'at') return { sweep: { ...sweep, cursor: at }, keys: [] };
  const { application } = at;
  const { dueFromMs = 0, dueUntilMs = Number.MAX_SAFE_INTEGER } = sweep.filter;
  const page = await tools.timedEvents.list({
    application,
    statuses: ['FAILED'],
    fromMs: dueFromMs,
    untilMs: dueUntilMs,
    after: at.after,
    limit: Math.min(Math.max(room, PAGE.min), PAGE.max),
  });
  const meant = await meantOf(page.events, sweep, tools);
  const taken = meant.slice(0, room);
  const last = meant.length > room ? taken.at(-1) : undefined;
  const scanned = last === undefined ? page.events.length : page.events.indexOf(last) + 1;
  const after = last === undefined ? page.next : { dueMs: last.dueMs, eventId: last.key.eventId };
  const cursor = after === undefined ? await nextApplication(sweep, application, tools) : undefined;
  const keys = taken.map(({ key }) => key);
  const { counts, examples } = sweep;
  return {
    keys,
    sweep: {
      ...sweep,
      cursor: cursor ?? { kind: 'at', application, ...(after !== undefined && { after }) },
      counts: {
        ...counts,
        scanned: counts.scanned + scanned,
        matched: counts.matched + keys.length,
      },
      examples: [...examples, ...keys].slice(0, EXAMPLES_MAX),
    },
  };
}

async function placeOf(sweep: StoredSweep, tools: SchedulerTools): Promise<SweepCursor> {
  const { cursor, filter } = sweep;
  if (cursor.kind !== 'start') return cursor;
  if (filter.application !== undefined) return { kind: 'at', application: filter.application };
  return nextApplication(sweep, undefined, tools);
}

async function nextApplication(
  { filter }: StoredSweep,
  before: string | undefined,
  { documents }: SchedulerTools,
): Promise<SweepCursor> {
  if (filter.application !== undefined) return { kind: 'end' };
  let after = before;
  do {
    const query = { scope: APPLICATIONS_SCOPE, prefix: '', after, limit: 1 };
    const page = await documents.list(query);
    const [next] = page.documents;
    if (next !== undefined) return { kind: 'at', application: next.key.id };
    after = page.next;
  } while (after !== undefined);
  return { kind: 'end' };
}

async function meantOf(
  events: readonly TimedEventSummary[],
  sweep: StoredSweep,
  { timedEvents, components, signal }: SchedulerTools,
): Promise<TimedEventSummary[]> {
  const meant = events.filter((event) => meansSummary(sweep, event));
  if (sweep.filter.httpStatuses.length === 0) return meant;
  // the log of attempts is in no list
  const others = new Set<TimedEventSummary>();
  const look = async (summary: TimedEventSummary): Promise<void> => {
    const event = await timedEvents.find(summary.key);
    if (event === undefined || !meansStatus(sweep, event)) others.add(summary);
  };
  const pace = { perSecond: Infinity, atOnce: READS_AT_ONCE };
  await paced(meant, pace, look, { ...components, signal });
  return meant.filter((event) => !others.has(event));
}
