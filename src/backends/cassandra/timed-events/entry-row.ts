import { types } from 'cassandra-driver';
import {
  AppError,
  type Attempt,
  type Claim,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventState,
  type TimedEventSummary,
} from '../../../core/index.js';
import type { Param, Row } from '../cql-session.js';
import {
  optionalText,
  optionalUuid,
  requiredTime,
  requiredUuid,
  timeParam,
  uuidParam,
} from '../row-codec.js';
import { decodeAttempt, decodePlan, encodeAttempt } from './entry-codec.js';

/** A bigint column that holds a number of ours; undefined when it is null. */
export function optionalLong(row: Row, column: string): number | undefined {
  const value: unknown = row.get(column);
  return value instanceof types.Long ? value.toNumber() : undefined;
}

function claimOf(row: Row): Claim {
  return {
    poller: requiredUuid(row, 'poller'),
    epoch: optionalLong(row, 'epoch') ?? 0,
    claimedMs: requiredTime(row, 'claimed'),
  };
}

function stateOf(row: Row): TimedEventState {
  const status = optionalText(row, 'status');
  switch (status) {
    case 'PENDING':
      return { status, nextMs: requiredTime(row, 'next') };
    case 'PROCESSING':
      return { status, nextMs: requiredTime(row, 'next'), claim: claimOf(row) };
    case 'FAILED':
    case 'SKIPPED': {
      const reason = optionalText(row, 'reason') ?? '';
      return { status, finishedMs: requiredTime(row, 'finished'), reason };
    }
    case 'COMPLETED':
    case 'CANCELLED':
    case 'DELETED':
      return { status, finishedMs: requiredTime(row, 'finished') };
    default:
      throw new AppError('INTERNAL', 'column status holds no valid value', { column: 'status' });
  }
}

function attemptsOf(row: Row): Attempt[] {
  const value: unknown = row.get('attempts');
  if (!(value instanceof Map)) return [];
  const attempts: Attempt[] = [];
  for (const [number, text] of value) attempts.push(decodeAttempt(Number(number), String(text)));
  return attempts.sort((left, right) => left.number - right.number);
}

function payloadOf(row: Row): Uint8Array {
  const value: unknown = row.get('payload');
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}

/** Undefined for a row that holds no entry: what has expired in the middle of a read. */
export function entryOf(key: TimedEventKey, row: Row): TimedEvent | undefined {
  const change = optionalUuid(row, 'change');
  if (change === undefined) return undefined;
  return {
    key,
    change,
    generation: requiredUuid(row, 'generation'),
    plan: {
      ...decodePlan(optionalText(row, 'plan') ?? ''),
      dueMs: requiredTime(row, 'due'),
      payload: payloadOf(row),
    },
    createdMs: requiredTime(row, 'created'),
    updatedMs: requiredTime(row, 'updated'),
    state: stateOf(row),
    attempts: attemptsOf(row),
  };
}

export function summaryOfRow(key: TimedEventKey, row: Row): TimedEventSummary | undefined {
  if (optionalUuid(row, 'change') === undefined) return undefined;
  const attempts: unknown = row.get('attempts');
  return {
    key,
    generation: requiredUuid(row, 'generation'),
    dueMs: requiredTime(row, 'due'),
    target: decodePlan(optionalText(row, 'plan') ?? '').target,
    createdMs: requiredTime(row, 'created'),
    updatedMs: requiredTime(row, 'updated'),
    state: stateOf(row),
    attemptCount: attempts instanceof Map ? attempts.size : 0,
  };
}

/** The columns `status` to `reason`, in this order; null where the state has none. */
export const STATE_COLUMNS =
  'status = ?, next = ?, poller = ?, epoch = ?, claimed = ?, finished = ?, reason = ?';

/** The values of `STATE_COLUMNS`; `absent` stands for what the state has not. */
export function stateParams(state: TimedEventState, absent: Param): Param[] {
  const timeOr = (ms: number | undefined): Param => (ms === undefined ? absent : timeParam(ms));
  const claim = state.status === 'PROCESSING' ? state.claim : undefined;
  return [
    state.status,
    timeOr('nextMs' in state ? state.nextMs : undefined),
    claim === undefined ? absent : uuidParam(claim.poller),
    claim?.epoch ?? absent,
    timeOr(claim?.claimedMs),
    timeOr('finishedMs' in state ? state.finishedMs : undefined),
    'reason' in state ? state.reason : absent,
  ];
}

export function attemptsParam(attempts: readonly Attempt[]): Param {
  if (attempts.length === 0) return types.unset;
  return new Map(attempts.map((attempt) => [attempt.number, encodeAttempt(attempt)]));
}
