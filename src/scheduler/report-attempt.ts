import { attempted, type CallResult, type CallTimes, type TimedEvent } from '../core/index.js';
import { disableDestination } from './failures/disable-destination.js';
import { storeStep } from './store-step.js';
import {
  AFTER_UNKNOWN_MS,
  claimText,
  countsOf,
  momentOf,
  postponeBy,
  SETTLE,
  type Next,
  type VisitTools,
} from './visit-tools.js';

/** After this the poller stops trying; the attempt is then counted as lost. */
const REPORT_FOR_MS = 300_000;
const REPORT_DELAY_MS = { first: 100, max: 2_000 };
/** Only outages of minutes make these; beyond it the oldest is taken for never begun. */
const UNREPORTED_MAX = 10_000;
/** The receiver is gone for good, and says so. */
const GONE = 410;

/**
 * Stores what came of a call, and tries until the storage takes it: the call cannot be unmade, and
 * whoever finds the claim otherwise makes it again.
 */
export async function reportAttempt(
  processing: TimedEvent,
  call: CallTimes & { readonly result: CallResult },
  tools: VisitTools,
  signal: AbortSignal,
): Promise<Next> {
  const { components } = tools;
  const { clock, random, timers } = components;
  const { result } = call;
  // before the entry is FAILED: whoever finds the claim otherwise calls it once more
  if (result.kind === 'answered' && result.status === GONE) {
    await disableDestination(processing, tools, signal);
  }
  const to = attempted(processing, { ...call, chance: random.next() }, momentOf(components));
  if (to === undefined) return SETTLE;
  const untilMs = clock.monotonicMs() + REPORT_FOR_MS;
  let delayMs = REPORT_DELAY_MS.first;
  while (!signal.aborted && clock.monotonicMs() < untilMs) {
    const outcome = await storeStep({ from: processing, to }, tools, signal);
    if (outcome.kind === 'changed') {
      count(to, tools);
      return SETTLE;
    }
    if (outcome.kind === 'differs') {
      if (shows(outcome.current, to)) count(to, tools);
      else countsOf(to, tools).overtaken += 1;
      return SETTLE;
    }
    await timers.sleep(delayMs * (0.5 + random.next() / 2), signal);
    delayMs = Math.min(delayMs * 2, REPORT_DELAY_MS.max);
  }
  const { unreported } = tools;
  const [oldest] = unreported;
  if (oldest !== undefined && unreported.size >= UNREPORTED_MAX) unreported.delete(oldest);
  unreported.add(claimText(processing));
  components.logger.error({ entry: processing.key }, 'the result of a call could not be stored');
  return postponeBy(AFTER_UNKNOWN_MS, clock.nowMs());
}

function count(event: TimedEvent, tools: VisitTools): void {
  const { state } = event;
  const counts = countsOf(event, tools);
  if (state.status === 'COMPLETED') counts.completed += 1;
  else if (state.status === 'FAILED') counts.failed += 1;
  else counts.retried += 1;
}

/** Whether the attempt that made `to` stands in the log of what is there now. */
function shows(current: TimedEvent | undefined, to: TimedEvent): boolean {
  const attempt = to.attempts.at(-1);
  if (current?.generation !== to.generation || attempt === undefined) return false;
  const stored = current.attempts[attempt.number - 1];
  return (
    stored !== undefined &&
    stored.outcome.kind !== 'lost' &&
    stored.claim.poller === attempt.claim.poller &&
    stored.claim.epoch === attempt.claim.epoch &&
    stored.startedMs === attempt.startedMs
  );
}
