import type { Attempt, Target, TimedEvent, TimedEventStatus } from '../../core/index.js';
import type { DeleteOutcome } from '../../scheduler/index.js';

export type CassataStatus = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED';

/** Cassata knows four statuses: what ended without success is FAILED there. */
export function encodeStatus(status: TimedEventStatus): CassataStatus {
  switch (status) {
    case 'CANCELLED':
    case 'SKIPPED':
    case 'DELETED':
      return 'FAILED';
    default:
      return status;
  }
}

export interface CassataLog {
  /** 0: there was no answer, and `httpResponse` says why. */
  readonly httpResponseCode: number;
  readonly httpResponse: string;
  /** When the attempt ended, ms since 1970. */
  readonly lastUpdated: number;
}

export interface CassataEvent {
  readonly eventId: string;
  readonly application: string;
  readonly eventJson: string;
  readonly httpMethod: string;
  readonly headers: readonly string[];
  /** Empty for an event that is appended to a stream. */
  readonly destinationUrl: string;
  readonly eventStatus: CassataStatus;
  /** ms since 1970 */
  readonly expiry: number;
  /** ms since 1970 */
  readonly lastUpdated: number;
  readonly eventLogs: readonly CassataLog[];
}

type CassataTarget = Pick<CassataEvent, 'httpMethod' | 'headers' | 'destinationUrl'>;

/** Cassata knows calls only: an append has none of their parts. */
function encodeTarget(target: Target): CassataTarget {
  switch (target.kind) {
    case 'http':
      return {
        httpMethod: target.method,
        headers: target.headers.map(({ name, value }) => `${name}: ${value}`),
        destinationUrl: target.url,
      };
    case 'append':
      return { httpMethod: '', headers: [], destinationUrl: '' };
    case 'task':
      throw new TypeError('no name of a user leads to a task');
  }
}

/** The whole entry. A payload that is no text, which only other APIs take, comes as base64. */
export function encodeEvent(event: TimedEvent): CassataEvent {
  const { key, plan, state, updatedMs, attempts } = event;
  return {
    eventId: key.eventId,
    application: key.application,
    eventJson: textOf(plan.payload),
    ...encodeTarget(plan.target),
    eventStatus: encodeStatus(state.status),
    expiry: plan.dueMs,
    lastUpdated: updatedMs,
    eventLogs: attempts.map(encodeAttempt),
  };
}

export function encodeDelete(outcome: DeleteOutcome): {
  readonly status: 'ok' | 'failed';
  readonly message?: string;
} {
  if (outcome.kind === 'deleted') return { status: 'ok' };
  if (outcome.kind === 'not-found') return { status: 'failed', message: 'event not found' };
  const status = encodeStatus(outcome.status);
  return { status: 'failed', message: `event in status ${status}. Cannot be deleted.` };
}

function encodeAttempt({ startedMs, durationMs, outcome }: Attempt): CassataLog {
  const lastUpdated = startedMs + durationMs;
  switch (outcome.kind) {
    case 'answered':
      return { httpResponseCode: outcome.status, httpResponse: outcome.body, lastUpdated };
    case 'failed':
      return { httpResponseCode: 0, httpResponse: outcome.error, lastUpdated };
    case 'lost':
      return {
        httpResponseCode: 0,
        httpResponse: 'the outcome of the attempt is lost',
        lastUpdated,
      };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(payload: Uint8Array): string {
  try {
    return utf8.decode(payload);
  } catch {
    return Buffer.from(payload).toString('base64');
  }
}
