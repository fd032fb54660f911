import {
  namedVersion,
  type AppendTarget,
  type HttpTarget,
  type LatenessPolicy,
  type RetryPolicy,
  type RunOrigin,
  type Target,
  type TimedEventPlan,
} from '../core/index.js';

/** Whether they are byte for byte the same. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function sameTarget(left: Target, right: Target): boolean {
  switch (left.kind) {
    case 'http':
      return right.kind === 'http' && sameCall(left, right);
    case 'append':
      return right.kind === 'append' && sameAppend(left, right);
    case 'task':
      return right.kind === 'task' && left.task === right.task;
  }
}

function sameAppend(left: AppendTarget, right: AppendTarget): boolean {
  return (
    left.stream === right.stream &&
    left.type === right.type &&
    left.content === right.content &&
    left.contentType === right.contentType &&
    left.metadata === right.metadata &&
    left.expected.kind === right.expected.kind &&
    namedVersion(left.expected) === namedVersion(right.expected)
  );
}

function sameCall(left: HttpTarget, right: HttpTarget): boolean {
  if (left.url !== right.url || left.method !== right.method) return false;
  if (left.headers.length !== right.headers.length) return false;
  return left.headers.every(({ name, value }, index) => {
    const other = right.headers[index];
    return other !== undefined && other.name === name && other.value === value;
  });
}

function sameRetry(left: RetryPolicy, right: RetryPolicy): boolean {
  return (
    left.attemptsMax === right.attemptsMax &&
    left.firstDelayMs === right.firstDelayMs &&
    left.maxDelayMs === right.maxDelayMs &&
    left.doublings === right.doublings &&
    left.jitter === right.jitter &&
    left.maxAgeMs === right.maxAgeMs
  );
}

function sameLateness(left?: LatenessPolicy, right?: LatenessPolicy): boolean {
  return left?.maxMs === right?.maxMs && left?.action === right?.action;
}

function sameRun(left?: RunOrigin, right?: RunOrigin): boolean {
  return (
    left?.scheduleId === right?.scheduleId &&
    left?.nominalMs === right?.nominalMs &&
    left?.cause === right?.cause
  );
}

/**
 * Whether two plans ask for the very same, the bytes of the payload included. That one of them was
 * replayed is nothing that was asked for, and a repeated call comes in another span of its trace.
 */
export function samePlan(left: TimedEventPlan, right: TimedEventPlan): boolean {
  return (
    left.dueMs === right.dueMs &&
    left.timeoutMs === right.timeoutMs &&
    left.retentionMs === right.retentionMs &&
    sameTarget(left.target, right.target) &&
    sameRetry(left.retry, right.retry) &&
    sameLateness(left.lateness, right.lateness) &&
    sameRun(left.run, right.run) &&
    sameBytes(left.payload, right.payload)
  );
}
