import { AppError, finishedMsOf } from '../core/index.js';
import type { ChangeOutcome, TimedEventChange } from '../storage/index.js';
import type { VisitTools } from './visit-tools.js';

/**
 * Stores a step of an entry, as `TimedEvents.change` does, and tells the hooks of its end. Nothing
 * is stored (`unavailable`) when who has to know of a failure could not be told: try again.
 */
export async function storeStep(
  change: TimedEventChange,
  tools: Pick<VisitTools, 'timedEvents' | 'hooks' | 'components'>,
  signal: AbortSignal,
): Promise<ChangeOutcome> {
  const { timedEvents, hooks, components } = tools;
  const { to } = change;
  if (to.state.status === 'FAILED') {
    try {
      await hooks.beforeFailed(to, signal);
    } catch (error) {
      components.logger.warn({ err: error, entry: to.key }, 'a failure could not be announced');
      return { kind: 'unavailable', error: unavailable(error) };
    }
  }
  const outcome = await timedEvents.change(change, signal);
  if (outcome.kind === 'changed' && finishedMsOf(to) !== undefined) hooks.afterFinished(to);
  return outcome;
}

function unavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('UNAVAILABLE', 'the failure of an entry could not be announced');
}
