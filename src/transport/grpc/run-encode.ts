import type {
  LatenessPolicy,
  RetryPolicy,
  RunOrigin,
  RunTemplate,
  Target,
  TimedEventPlan,
} from '../../core/index.js';
import {
  LatenessAction as WireAction,
  RunCause as WireCause,
  type Lateness as WireLateness,
  type RetryPolicy as WireRetry,
  type RunTemplate as WireRun,
} from '../../gen/cassadra/v1/scheduler.js';
import { encodeOptional } from './number-fields.js';
import { isCalledJson } from './scheduler-target.js';

const ACTIONS: Readonly<Record<LatenessPolicy['action'], WireAction>> = {
  skip: WireAction.LATENESS_ACTION_SKIP,
  'dead-letter': WireAction.LATENESS_ACTION_DEAD_LETTER,
};

const CAUSES: Readonly<Record<RunOrigin['cause'], WireCause>> = {
  schedule: WireCause.RUN_CAUSE_SCHEDULE,
  trigger: WireCause.RUN_CAUSE_TRIGGER,
  backfill: WireCause.RUN_CAUSE_BACKFILL,
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeCause(cause: RunOrigin['cause']): WireCause {
  return CAUSES[cause];
}

type Limits = Pick<WireRun, 'retry' | 'timeoutMs' | 'retentionMs' | 'lateness'>;

/** How it is attempted and kept. */
export function encodeLimits(plan: RunTemplate | TimedEventPlan): Limits {
  const { retry, timeoutMs, retentionMs, lateness } = plan;
  return {
    retry: encodeRetry(retry),
    timeoutMs: BigInt(timeoutMs),
    retentionMs: BigInt(retentionMs),
    lateness: lateness && encodeLateness(lateness),
  };
}

function encodeRetry(retry: RetryPolicy): WireRetry {
  return {
    attempts: retry.attemptsMax,
    firstDelayMs: BigInt(retry.firstDelayMs),
    maxDelayMs: BigInt(retry.maxDelayMs),
    doublings: retry.doublings,
    jitter: retry.jitter,
    maxAgeMs: encodeOptional(retry.maxAgeMs),
  };
}

function encodeLateness({ maxMs, action }: LatenessPolicy): WireLateness {
  return { maxMs: BigInt(maxMs), action: ACTIONS[action] };
}

/** Nothing when there are no bytes. */
export function encodePayload(bytes: Uint8Array, target: Target): WireRun['payload'] {
  if (bytes.byteLength === 0) return undefined;
  const json = isCalledJson(target) ? jsonText(bytes) : undefined;
  if (json !== undefined) return { $case: 'json', value: json };
  return { $case: 'data', value: Buffer.from(bytes) };
}

/** The text of the bytes; undefined when they are not JSON. */
function jsonText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
