import type { Target, TimedEvent } from '../../core/index.js';
import { lastStatusOf } from './last-status.js';

/**
 * The content of a failure event, JSON; undefined for an entry that has not failed. It follows from
 * the entry alone, so that an append that is repeated writes the same bytes.
 */
export function failureContentOf(event: TimedEvent): string | undefined {
  const { key, generation, plan, state, attempts } = event;
  if (state.status !== 'FAILED') return undefined;
  const { scheduleId, nominalMs } = plan.run ?? {};
  return JSON.stringify({
    application: key.application,
    eventId: key.eventId,
    generation,
    dueMs: plan.dueMs,
    failedMs: state.finishedMs,
    reason: state.reason,
    attempts: attempts.length,
    lastHttpStatus: lastStatusOf(event),
    target: shownTarget(plan.target),
    scheduleId,
    nominalMs,
  });
}

function shownTarget(target: Target): object {
  switch (target.kind) {
    case 'http':
      return { url: target.url };
    case 'append':
      return { stream: target.stream };
    case 'task':
      return { task: target.task };
  }
}
