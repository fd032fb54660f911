import type { TypedEvent } from '../typed/event-definitions.js';

/**
 * The rules of one kind of stream, without IO: what a stream's events mean, and what a command
 * leads to.
 */
export interface Decider<State, Command, Event extends TypedEvent> {
  /** Before the first event. */
  initialState(): State;
  /** The state after one more event. Pure: it may run again and again over the same events. */
  evolve(state: State, event: Event): State;
  /**
   * What happens; none: nothing does. Throws to refuse. It runs again when somebody else was
   * first, so it must have no effects of its own.
   */
  decide(command: Command, state: State): Event | readonly Event[];
}

/** The state after all events, from the first on or from a state before them. */
export function evolveAll<State, Command, Event extends TypedEvent>(
  decider: Decider<State, Command, Event>,
  events: readonly Event[],
  state: State = decider.initialState(),
): State {
  return events.reduce((current, event) => decider.evolve(current, event), state);
}
