import { destinationOf, type TimedEvent } from '../../core/index.js';
import type { VisitTools } from '../visit-tools.js';

/** More would hold up the report of the call. */
const TRIES = 3;
const FIRST_DELAY_MS = 100;

/**
 * The destination of an entry has answered that it is gone (410): no further call of the
 * application goes there. Should it not be stored, the next 410 does it. Never throws.
 */
export async function disableDestination(
  { key, plan }: TimedEvent,
  { policies, components }: Pick<VisitTools, 'policies' | 'components'>,
  signal: AbortSignal,
): Promise<void> {
  if (plan.target.kind !== 'http') return;
  const destination = destinationOf(plan.target);
  const { application, eventId } = key;
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      await policies.disable(application, destination, eventId, signal);
      return;
    } catch (error) {
      if (tries === TRIES) {
        components.logger.error(
          { err: error, entry: key },
          'a 410 could not disable its destination',
        );
        return;
      }
      await components.timers.sleep(FIRST_DELAY_MS * 2 ** (tries - 1), signal);
    }
  }
}
