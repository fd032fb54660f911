import {
  type Attempt,
  type AttemptOutcome,
  type Claim,
  type RetryPolicy,
  type Target,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventPlan,
  type TimedEventState,
  type TimedEventStatus,
  type TimedEventSummary,
  type TraceOrigin,
  type Uuid,
  uuidAt,
} from '../../../core/index.js';
import { damaged } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { hasExtras, readExtras, writeExtras, type PlanExtras } from './plan-extras.js';
import { readAppendTarget, readHttpTarget, readTaskTarget, writeTarget } from './target-codec.js';

/*
 * A record: layout 1 · change 16 · generation 16 · created, updated, due 8 each · state · target ·
 * retry policy · time-out, retention 8 each · extras · count of attempts 8 · attempts · trace, or
 * nothing. The payload stands in a table of its own.
 */
/** The layout tells the kind of target, and whether there are extras: most records have none. */
const LAYOUTS: Readonly<Record<Target['kind'], number>> = { http: 1, append: 2, task: 3 };
const WITH_EXTRAS = 0x80;
const CHANGE_OFFSET = 1;

/** Their places are what is stored: add at the end only. */
const STATUSES: readonly TimedEventStatus[] = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'DELETED',
  'SKIPPED',
];
const OUTCOMES: readonly AttemptOutcome['kind'][] = ['answered', 'failed', 'lost'];

export function encodeStatus(status: TimedEventStatus): number {
  return STATUSES.indexOf(status);
}

export function decodeStatus(stored: number): TimedEventStatus {
  const status = STATUSES[stored];
  if (status === undefined) throw damaged('a status is out of range');
  return status;
}

export function encodeRecord(event: TimedEvent): Buffer {
  const { plan } = event;
  const extended = hasExtras(plan);
  const layout = LAYOUTS[plan.target.kind] | (extended ? WITH_EXTRAS : 0);
  const writer = new ByteWriter().uint8(layout);
  writer.uuid(event.change).uuid(event.generation);
  writer.number(event.createdMs).number(event.updatedMs).number(plan.dueMs);
  writeState(writer, event.state);
  writeTarget(writer, plan.target);
  const { attemptsMax, firstDelayMs, maxDelayMs, doublings, jitter, maxAgeMs } = plan.retry;
  writer.number(attemptsMax).number(firstDelayMs).number(maxDelayMs);
  writer
    .number(doublings)
    .number(jitter)
    .number(maxAgeMs ?? NaN);
  writer.number(plan.timeoutMs).number(plan.retentionMs);
  if (extended) writeExtras(writer, plan);
  writer.number(event.attempts.length);
  for (const attempt of event.attempts) writeAttempt(writer, attempt);
  // at the end, where programs that know no traces do not look
  if (plan.trace !== undefined) writer.text(plan.trace.traceparent).text(plan.trace.tracestate);
  return writer.done();
}

/** The change that made the entry: all that a compare-and-set compares. */
export function changeOf(record: Buffer): Uuid {
  return uuidAt(record, CHANGE_OFFSET);
}

/** An entry without its payload. */
export interface StoredEntry extends Omit<TimedEvent, 'plan'> {
  readonly plan: Omit<TimedEventPlan, 'payload'>;
}

export function decodeRecord(record: Buffer, key: TimedEventKey): StoredEntry {
  const reader = new ByteReader(record);
  const { layout, dueMs, target, ...head } = readHead(reader);
  const { change, generation, createdMs, updatedMs, state } = head;
  const retry = readRetry(reader);
  const [timeoutMs, retentionMs] = [reader.number(), reader.number()];
  const extras = extrasOf(reader, layout);
  const count = reader.number();
  const attempts: Attempt[] = [];
  while (attempts.length < count) attempts.push(readAttempt(reader));
  const trace = reader.isAtEnd ? {} : { trace: readTrace(reader) };
  const plan = { dueMs, target, retry, timeoutMs, retentionMs, ...extras, ...trace };
  return { key, generation, change, plan, createdMs, updatedMs, state, attempts };
}

export function decodeSummary(record: Buffer, key: TimedEventKey): TimedEventSummary {
  const reader = new ByteReader(record);
  const { layout, generation, createdMs, updatedMs, dueMs, state, target } = readHead(reader);
  readRetry(reader);
  reader.number();
  reader.number();
  extrasOf(reader, layout);
  const attemptCount = reader.number();
  return { key, generation, dueMs, target, createdMs, updatedMs, state, attemptCount };
}

function readHead(reader: ByteReader) {
  const layout = reader.uint8();
  return {
    layout,
    change: reader.uuid(),
    generation: reader.uuid(),
    createdMs: reader.number(),
    updatedMs: reader.number(),
    dueMs: reader.number(),
    state: readState(reader),
    target: readTarget(reader, layout),
  };
}

function writeState(writer: ByteWriter, state: TimedEventState): void {
  writer.uint8(encodeStatus(state.status));
  writer.number('nextMs' in state ? state.nextMs : state.finishedMs);
  if (state.status === 'PROCESSING') writeClaim(writer, state.claim);
  if ('reason' in state) writer.text(state.reason);
}

function readState(reader: ByteReader): TimedEventState {
  const status = decodeStatus(reader.uint8());
  const ms = reader.number();
  switch (status) {
    case 'PENDING':
      return { status, nextMs: ms };
    case 'PROCESSING':
      return { status, nextMs: ms, claim: readClaim(reader) };
    case 'FAILED':
    case 'SKIPPED':
      return { status, finishedMs: ms, reason: reader.text() };
    default:
      return { status, finishedMs: ms };
  }
}

function writeClaim(writer: ByteWriter, { poller, epoch, claimedMs }: Claim): void {
  writer.uuid(poller).number(epoch).number(claimedMs);
}

function readClaim(reader: ByteReader): Claim {
  return { poller: reader.uuid(), epoch: reader.number(), claimedMs: reader.number() };
}

function readTarget(reader: ByteReader, layout: number): Target {
  const kind = layout & ~WITH_EXTRAS;
  if (kind === LAYOUTS.http) return readHttpTarget(reader);
  if (kind === LAYOUTS.append) return readAppendTarget(reader);
  if (kind === LAYOUTS.task) return readTaskTarget(reader);
  throw damaged('a timed event has an unknown layout');
}

function extrasOf(reader: ByteReader, layout: number): PlanExtras {
  return (layout & WITH_EXTRAS) === 0 ? {} : readExtras(reader);
}

function readRetry(reader: ByteReader): RetryPolicy {
  const [attemptsMax, firstDelayMs, maxDelayMs] = [
    reader.number(),
    reader.number(),
    reader.number(),
  ];
  const [doublings, jitter, maxAgeMs] = [reader.number(), reader.number(), reader.number()];
  return {
    attemptsMax,
    firstDelayMs,
    maxDelayMs,
    doublings,
    jitter,
    maxAgeMs: Number.isNaN(maxAgeMs) ? undefined : maxAgeMs,
  };
}

function writeAttempt(writer: ByteWriter, attempt: Attempt): void {
  const { outcome } = attempt;
  writer.number(attempt.number).number(attempt.startedMs).number(attempt.durationMs);
  writeClaim(writer, attempt.claim);
  writer.uint8(OUTCOMES.indexOf(outcome.kind));
  if (outcome.kind === 'answered') writer.number(outcome.status).text(outcome.body);
  if (outcome.kind === 'failed') writer.text(outcome.error);
}

function readAttempt(reader: ByteReader): Attempt {
  return {
    number: reader.number(),
    startedMs: reader.number(),
    durationMs: reader.number(),
    claim: readClaim(reader),
    outcome: readOutcome(reader),
  };
}

function readTrace(reader: ByteReader): TraceOrigin {
  return { traceparent: reader.text(), tracestate: reader.text() };
}

function readOutcome(reader: ByteReader): AttemptOutcome {
  const kind = OUTCOMES[reader.uint8()];
  switch (kind) {
    case 'answered':
      return { kind, status: reader.number(), body: reader.text() };
    case 'failed':
      return { kind, error: reader.text() };
    case 'lost':
      return { kind };
    default:
      throw damaged('an outcome is out of range');
  }
}
