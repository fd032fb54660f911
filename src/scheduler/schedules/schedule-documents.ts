import {
  AbortRace,
  endOf,
  requireUuid,
  type Schedule,
  type ScheduleKey,
} from '../../core/index.js';
import type {
  Document,
  DocumentKey,
  DocumentOutcome,
  DocumentPage,
  Documents,
} from '../../storage/index.js';
import { definite } from '../definite-outcome.js';
import type { PageRequest } from '../page-request.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { countRuns } from './schedule-metrics.js';
import { decodeSchedule, encodeSchedule } from './schedule-codec.js';

/** A schedule, and the document that it was read from. */
export interface FoundSchedule {
  readonly document: Document;
  readonly schedule: Schedule;
}

/** Callers are answered by their end, also when the storage hangs. */
const ends = new AbortRace();

function keyOf({ application, scheduleId }: ScheduleKey): DocumentKey {
  return { scope: `schedule\n${application}`, id: scheduleId };
}

function foundIn(document: Document | undefined): FoundSchedule | undefined {
  return document && { document, schedule: decodeSchedule(document.content) };
}

export async function findSchedule(
  documents: Documents,
  key: ScheduleKey,
): Promise<FoundSchedule | undefined> {
  return foundIn(await documents.find(keyOf(key)));
}

export function listSchedules(
  documents: Documents,
  application: string,
  { after, limit }: PageRequest,
): Promise<DocumentPage> {
  const { scope } = keyOf({ application, scheduleId: '' });
  return documents.list({ scope, prefix: '', after, limit });
}

/** `found`: what there is now, which is what was to be saved when it is `saved`. */
export interface SaveResult {
  readonly saved: boolean;
  readonly found: FoundSchedule | undefined;
}

/** Compare-and-set on what was read; undefined: there was none. Throws when it is not definite. */
export async function saveSchedule(
  from: FoundSchedule | undefined,
  schedule: Schedule,
  tools: SchedulerTools,
): Promise<SaveResult> {
  const key = keyOf(schedule.key);
  const change = requireUuid(tools.components.ids.newId());
  const content = encodeSchedule(schedule);
  const document: Document = { key, change, content, expiresMs: undefined };
  const result = await changeDocument(key, from, document, tools);
  if (!result.saved) return result;
  countRuns(tools.components.metrics, from?.schedule, schedule);
  return { saved: true, found: { document, schedule } };
}

/** As `saveSchedule`; there is none afterwards. */
export function removeSchedule(from: FoundSchedule, tools: SchedulerTools): Promise<SaveResult> {
  return changeDocument(from.document.key, from, undefined, tools);
}

async function changeDocument(
  key: DocumentKey,
  from: FoundSchedule | undefined,
  to: Document | undefined,
  { documents, signal }: SchedulerTools,
): Promise<SaveResult> {
  if (signal.aborted) throw endOf(signal);
  const work = documents.change({ key, from: from?.document, to }, signal);
  const outcome = await ends.race<DocumentOutcome>(work, signal, () => ({ kind: 'unknown' }));
  const result = definite(outcome);
  return result.kind === 'changed'
    ? { saved: true, found: undefined }
    : { saved: false, found: foundIn(result.current) };
}
