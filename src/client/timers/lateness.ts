import { LatenessAction, type Lateness } from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { wholeMs } from '../moment.js';

/** How late the first attempt may begin, and what becomes of a timed event that is later. */
export interface TimedEventLateness {
  /** From the due time on. */
  readonly maxMs: number;
  /** It is `skipped`, or has `failed` and can be replayed. */
  readonly action: 'skip' | 'dead-letter';
}

const FIRE = 'fire';
const ACTIONS = new Choices<TimedEventLateness['action'] | typeof FIRE>({
  fire: LatenessAction.LATENESS_ACTION_FIRE,
  skip: LatenessAction.LATENESS_ACTION_SKIP,
  'dead-letter': LatenessAction.LATENESS_ACTION_DEAD_LETTER,
});

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeLateness(lateness: TimedEventLateness | undefined): Lateness | undefined {
  if (lateness === undefined) return undefined;
  const { maxMs, action } = lateness;
  return {
    maxMs: wholeMs(maxMs, 'lateness.maxMs'),
    action: ACTIONS.encode(action, 'lateness.action'),
  };
}

/** Undefined: it fires, however late it is. */
export function decodeLateness(lateness: Lateness | undefined): TimedEventLateness | undefined {
  if (lateness === undefined || lateness.action === LatenessAction.LATENESS_ACTION_UNSPECIFIED) {
    return undefined;
  }
  const action = ACTIONS.decode(lateness.action, 'lateness.action');
  return action === FIRE ? undefined : { maxMs: Number(lateness.maxMs ?? 0n), action };
}
