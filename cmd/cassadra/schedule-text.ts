import type {
  ComingRun,
  Schedule,
  ScheduledRun,
  SchedulePlan,
  ScheduleState,
  SkippedRuns,
} from '../../src/client/index.js';
import { printable } from './printable.js';
import { targetText } from './timer-text.js';
import { momentText } from './times.js';

/** A schedule with its content as `--json` prints it: bytes in base64. */
export function scheduleJson({ plan, ...schedule }: Schedule): object {
  return { ...schedule, plan: planJson(plan) };
}

function planJson({ http, append, ...plan }: SchedulePlan): object {
  const withText = <Content extends { readonly bytes?: Uint8Array }>({
    bytes,
    ...content
  }: Content): object =>
    bytes === undefined ? content : { ...content, base64: Buffer.from(bytes).toString('base64') };
  if (http !== undefined) return { ...plan, http: withText(http) };
  return { ...plan, append: append && withText(append) };
}

function whenText({ cron, timeZone = 'UTC', everyMs }: ScheduleState['plan']): string {
  return cron === undefined ? `every ${everyMs} ms` : `"${cron}" ${timeZone}`;
}

function skippedText({ skipped }: Pick<ScheduleState, 'skipped'>): string {
  const parts = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? '' : `, skipped ${parts.join(', ')}`;
}

function pauseText({ paused }: Pick<ScheduleState, 'paused'>): string {
  if (paused === undefined) return '';
  const note = paused.note === '' ? '' : ` (${paused.note})`;
  return `, paused since ${momentText(paused.sinceMs)}${note}`;
}

function backfillText({ backfill }: Pick<ScheduleState, 'backfill'>): string {
  if (backfill === undefined || backfill.finished) return '';
  return `, backfill through to ${momentText(backfill.doneMs)}`;
}

/** A schedule on one line for people. */
export function scheduleText(schedule: ScheduleState | Schedule): string {
  const { application, scheduleId, nextRun, made } = schedule;
  const next = nextRun === undefined ? 'no next run' : `next ${momentText(nextRun.dueMs)}`;
  const state = `${pauseText(schedule)}${skippedText(schedule)}${backfillText(schedule)}`;
  const head = `${application} ${scheduleId} ${whenText(schedule.plan)}: ${next}, made ${made}`;
  return printable(`${head}${state}: ${targetText(schedule)}`);
}

/** A run to come on one line; the due time where the jitter moves it. */
export function comingText({ nominalMs, dueMs }: ComingRun): string {
  const due = dueMs === nominalMs ? '' : ` (due ${momentText(dueMs)})`;
  return `${momentText(nominalMs)}${due}`;
}

export function runText(run: ScheduledRun): string {
  return printable(`${run.eventId} ${comingText(run)} ${run.cause}`);
}

export function skippedRunsText(runs: SkippedRuns): string {
  const { reason, firstNominalMs, lastNominalMs, count } = runs;
  const last = count === 1 ? '' : ` to ${momentText(lastNominalMs)}, ${count} runs`;
  return `${momentText(firstNominalMs)}${last}: ${reason}`;
}
