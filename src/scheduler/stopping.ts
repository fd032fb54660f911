import { untilEnd, type TimedEvent, type TimedEventKey } from '../core/index.js';
import type { TimedEvents } from '../storage/index.js';
import { changeUntilEnd } from './change-until-end.js';

/** What to do about an entry as it is: answer at once, or change it and then answer. */
export type Step<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'change'; readonly to: TimedEvent; readonly answer: Answer };

export interface StopWish<Answer> {
  /** How to stop or move the entry. `tried`: what this call tried before; it may have worked. */
  readonly decide: (current: TimedEvent, tried: Step<Answer> | undefined) => Step<Answer>;
  /** When the entry does not exist and was never seen; may throw. */
  readonly absent: () => Answer;
  /** When it is gone after it was seen; may throw. Not there: what was tried is answered. */
  readonly gone?: () => Answer;
  /** When nobody knows what became of the change; may throw. */
  readonly unknown: () => Answer;
}

export interface StopParts {
  readonly timedEvents: TimedEvents;
  readonly key: TimedEventKey;
  readonly signal: AbortSignal;
}

/** Reads the entry, decides, changes it; decides again as often as another one was faster. */
export async function stopEntry<Answer>(
  { timedEvents, key, signal }: StopParts,
  wish: StopWish<Answer>,
): Promise<Answer> {
  let tried: Step<Answer> | undefined;
  let current = await untilEnd(timedEvents.find(key), signal);
  for (;;) {
    if (current === undefined || current.state.status === 'DELETED') {
      if (tried === undefined) return wish.absent();
      // seen alive in this call: whoever stopped it, it is stopped
      return wish.gone === undefined ? tried.answer : wish.gone();
    }
    const step = wish.decide(current, tried);
    if (step.kind === 'answer') return step.answer;
    tried = step;
    const outcome = await changeUntilEnd(timedEvents, { from: current, to: step.to }, signal);
    if (outcome.kind === 'changed') return step.answer;
    if (outcome.kind === 'unavailable') throw outcome.error;
    if (outcome.kind === 'unknown') return wish.unknown();
    current = outcome.current;
  }
}
