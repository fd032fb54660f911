import type { TimedEvent } from '../../core/index.js';

/** The HTTP status of the last attempt; undefined: there was none, or no answer. */
export function lastStatusOf({ attempts }: TimedEvent): number | undefined {
  const outcome = attempts.at(-1)?.outcome;
  return outcome?.kind === 'answered' ? outcome.status : undefined;
}
