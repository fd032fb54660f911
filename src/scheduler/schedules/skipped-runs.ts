import {
  requireUuid,
  type Schedule,
  type ScheduleKey,
  type SkippedRuns,
} from '../../core/index.js';
import type { Documents } from '../../storage/index.js';
import { definite } from '../definite-outcome.js';
import type { PageRequest } from '../page-request.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { decodeSkippedRuns, encodeSkippedRuns } from './schedule-codec.js';
import type { SkippedRunsPage } from './schedules.js';

const KEPT_MS = 90 * 86_400_000;

const scopeOf = ({ application, scheduleId }: ScheduleKey): string =>
  `skipped\n${application}\n${scheduleId}`;

const timeText = (ms: number): string => String(ms).padStart(16, '0');

/** Sorts by time. The same for the same runs: what is listed twice stands there once. */
function idOf({ decidedMs, firstNominalMs, lastNominalMs, reason }: SkippedRuns): string {
  return [...[decidedMs, firstNominalMs, lastNominalMs].map(timeText), reason].join(' ');
}

/** Lists what was skipped. Repeating it is fine. Throws when one is not stored for sure. */
export async function listSkipped(
  { key, skipped }: Schedule,
  { documents, components, signal }: SchedulerTools,
): Promise<void> {
  const { clock, ids } = components;
  for (const runs of skipped) {
    const place = { scope: scopeOf(key), id: idOf(runs) };
    const change = requireUuid(ids.newId());
    const expiresMs = clock.nowMs() + KEPT_MS;
    const to = { key: place, change, content: encodeSkippedRuns(runs), expiresMs };
    definite(await documents.change({ key: place, from: undefined, to }, signal));
  }
}

/** One page of all that was skipped since the schedule was created, what is not listed yet too. */
export async function pageOfSkipped(
  { key, createdMs, skipped, skipping }: Schedule,
  page: PageRequest,
  documents: Documents,
): Promise<SkippedRunsPage> {
  // an earlier schedule of the same id may have left some
  const { after = timeText(createdMs), limit } = page;
  const stored = await documents.list({ scope: scopeOf(key), prefix: '', after, limit });
  const found = new Map(
    stored.documents.map(({ key: { id }, content }) => [id, decodeSkippedRuns(content)]),
  );
  if (stored.next === undefined) {
    const unlisted = [...skipped, ...(skipping === undefined ? [] : [skipping])];
    for (const runs of unlisted) if (idOf(runs) > after) found.set(idOf(runs), runs);
  }
  const shown = [...found].sort(([left], [right]) => (left < right ? -1 : 1)).slice(0, limit);
  const rest = shown.length < found.size ? shown.at(-1)?.[0] : undefined;
  return { skipped: shown.map(([, runs]) => runs), next: stored.next ?? rest };
}
