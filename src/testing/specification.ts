import { AssertionError, deepStrictEqual } from 'node:assert';
import { evolveAll, type Decider, type TypedEvent } from '../client/index.js';

/** A class of errors, a pattern of the message, or an error with the same class and message. */
export type ExpectedError = Error | RegExp | (abstract new (...args: never[]) => Error);

/** What has happened before. */
export interface GivenEvents<State, Command, Event extends TypedEvent> {
  /** Decides a command. */
  when(command: Command): Expectation<State, Event>;
  /** Compares the state after what has happened. */
  thenState(expected: State): void;
}

/**
 * What is expected of a decision. Throws an AssertionError, with `actual` and `expected`, when it
 * is otherwise; what `decide` throws unexpectedly is thrown as it is.
 */
export interface Expectation<State, Event extends TypedEvent> {
  /** Exactly these events, in this order (`[]`: nothing happens), or a refusal. */
  then(expected: Event | readonly Event[] | ExpectedError): void;
  /** The state after what has happened and what was decided. */
  thenState(expected: State): void;
}

/** Begins a specification of a decider with what has happened; nothing, when it is a new stream. */
export type Given<State, Command, Event extends TypedEvent> = (
  ...events: readonly Event[]
) => GivenEvents<State, Command, Event>;

/**
 * Given, when, then for a decider, without a store and without waiting:
 *
 *     const given = specificationOf(account);
 *     given(opened, deposited).when(withdraw).then(withdrawn);
 */
export function specificationOf<State, Command, Event extends TypedEvent>(
  decider: Decider<State, Command, Event>,
): Given<State, Command, Event> {
  return (...events) => ({
    when: (command) => expectationOf(decider, events, command),
    thenState: (expected) => {
      requireEqual(evolveAll(decider, events), expected, 'the state is another one');
    },
  });
}

function expectationOf<State, Command, Event extends TypedEvent>(
  decider: Decider<State, Command, Event>,
  given: readonly Event[],
  command: Command,
): Expectation<State, Event> {
  const state = evolveAll(decider, given);
  const decide = (): readonly Event[] => listOf(decider.decide(command, state));
  return {
    then: (expected) => {
      requireExpectation(expected);
      if (isError(expected)) requireRefusal(decide, expected);
      else requireEqual(decide(), listOf(expected), 'other events were decided');
    },
    thenState: (expected) => {
      const after = evolveAll(decider, decide(), state);
      requireEqual(after, expected, 'the state is another one');
    },
  };
}

function listOf<Item>(items: Item | readonly Item[]): readonly Item[] {
  return isList(items) ? items : [items];
}

function isList<Item>(items: Item | readonly Item[]): items is readonly Item[] {
  return Array.isArray(items);
}

function isErrorClass(value: unknown): value is abstract new (...args: never[]) => Error {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}

function isError(expected: unknown): expected is ExpectedError {
  return expected instanceof Error || expected instanceof RegExp || isErrorClass(expected);
}

/** `await` calls `then` with functions of its own. */
function requireExpectation(expected: unknown): void {
  if (typeof expected !== 'function' || isErrorClass(expected)) return;
  throw new TypeError('say what is expected: .then(events or error). There is nothing to await');
}

function requireRefusal(decide: () => readonly TypedEvent[], expected: ExpectedError): void {
  let events: readonly TypedEvent[];
  try {
    events = decide();
  } catch (error) {
    requireSameError(error, expected);
    return;
  }
  const message = `the command was not refused: ${nameOf(expected)} was expected`;
  throw new AssertionError({ message, actual: events, expected, operator: 'then' });
}

function requireSameError(error: unknown, expected: ExpectedError): void {
  const actual = error instanceof Error ? error : new Error(String(error));
  if (expected instanceof RegExp && expected.test(actual.message)) return;
  if (isErrorClass(expected) && actual instanceof expected) return;
  if (expected instanceof Error) {
    const same = actual.constructor === expected.constructor;
    if (same && actual.message === expected.message) return;
  }
  const message = `it was refused by ${nameOf(actual)}, ${nameOf(expected)} was expected`;
  throw new AssertionError({ message, actual: error, expected, operator: 'then' });
}

function nameOf(error: ExpectedError): string {
  if (error instanceof RegExp) return String(error);
  return error instanceof Error ? `${error.constructor.name}: ${error.message}` : error.name;
}

function requireEqual(actual: unknown, expected: unknown, problem: string): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    const difference = error instanceof Error ? error.message : String(error);
    const message = `${problem}\n${difference}`;
    throw new AssertionError({ message, actual, expected, operator: 'deepStrictEqual' });
  }
}
