import fc from 'fast-check';
import type { PageBoundary } from '../../src/core/index.js';

/** What an append expects: a kind, or exactly the version that the stream is at, plus an offset. */
export type Expectation = 'any' | 'no-stream' | 'stream-exists' | { readonly offset: number };

export interface EventPlan {
  readonly type: number;
  readonly content: number;
  /** A number among the ids already used on this stream; undefined: a new id. */
  readonly oldId: number | undefined;
}

export interface AppendPart {
  readonly expected: Expectation;
  readonly events: readonly EventPlan[];
}

export const CHANGES = [
  'nothing',
  'text',
  'metadata',
  'type',
  'drop last',
  'add one',
  'reverse',
] as const;
export type Change = (typeof CHANGES)[number];

/** One step of a run. Numbers choose among what the run has, modulo its size. */
export type Operation =
  | { readonly kind: 'append'; readonly stream: number; readonly parts: readonly AppendPart[] }
  | {
      readonly kind: 'retry';
      readonly of: number;
      readonly change: Change;
      readonly twice: boolean;
    }
  | {
      readonly kind: 'load';
      readonly stream: number;
      readonly direction: 'forward' | 'backward';
      readonly fromVersion: number | undefined;
      readonly limit: number | undefined;
    }
  | { readonly kind: 'current version'; readonly stream: number }
  | {
      readonly kind: 'poll';
      /** Bit n: type n of the world; none: all events, where the feed is ordered. */
      readonly types: number;
      readonly boundary: PageBoundary;
      readonly limit: number;
    }
  | { readonly kind: 'list streams'; readonly prefix: number; readonly limit: number }
  | { readonly kind: 'walk streams'; readonly limit: number }
  | { readonly kind: 'feed end'; readonly types: number; readonly boundary: PageBoundary }
  | { readonly kind: 'code of'; readonly name: number }
  | { readonly kind: 'find code'; readonly name: number }
  | { readonly kind: 'names of'; readonly codes: number }
  | { readonly kind: 'declare'; readonly name: number; readonly code: number }
  | { readonly kind: 'reserve'; readonly code: number };

const PLAIN = { noNullPrototype: true } as const;
const index = fc.nat({ max: 1_000 });
const boundary = fc.constantFrom('event' as const, 'millisecond' as const);

const expectation: fc.Arbitrary<Expectation> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('any' as const, 'stream-exists' as const) },
  fc.constant('no-stream' as const),
  { weight: 5, arbitrary: fc.constant({ offset: 0 }) },
  { weight: 2, arbitrary: fc.record({ offset: fc.integer({ min: -3, max: 2 }) }, PLAIN) },
);

const eventPlan: fc.Arbitrary<EventPlan> = fc.record(
  {
    type: index,
    content: index,
    oldId: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, index),
  },
  PLAIN,
);

const appendPart: fc.Arbitrary<AppendPart> = fc.record(
  { expected: expectation, events: fc.array(eventPlan, { minLength: 1, maxLength: 4 }) },
  PLAIN,
);

function step<Kind extends string, Rest>(
  kind: Kind,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
): fc.Arbitrary<{ kind: Kind } & Rest> {
  return fc.record<Rest>(rest, PLAIN).map((drawn) => ({ kind, ...drawn }));
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 12,
    arbitrary: step('append', {
      stream: index,
      parts: fc.oneof(
        { weight: 2, arbitrary: fc.array(appendPart, { minLength: 1, maxLength: 1 }) },
        fc.array(appendPart, { minLength: 2, maxLength: 4 }),
      ),
    }),
  },
  {
    weight: 10,
    arbitrary: step('retry', {
      of: index,
      change: fc.oneof(
        { weight: 6, arbitrary: fc.constant('nothing' as const) },
        { weight: 7, arbitrary: fc.constantFrom(...CHANGES) },
      ),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: step('load', {
      stream: index,
      direction: fc.constantFrom('forward' as const, 'backward' as const),
      fromVersion: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 1 }),
      limit: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: step('current version', { stream: index }) },
  {
    weight: 4,
    arbitrary: step('poll', {
      types: fc.nat({ max: 7 }),
      boundary,
      limit: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: step('list streams', { prefix: index, limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: step('walk streams', { limit: fc.integer({ min: 10, max: 60 }) }) },
  { weight: 2, arbitrary: step('feed end', { types: fc.nat({ max: 7 }), boundary }) },
  { weight: 3, arbitrary: step('code of', { name: index }) },
  { weight: 2, arbitrary: step('find code', { name: index }) },
  { weight: 2, arbitrary: step('names of', { codes: fc.nat({ max: 15 }) }) },
  { weight: 3, arbitrary: step('declare', { name: index, code: index }) },
  { weight: 1, arbitrary: step('reserve', { code: index }) },
);

/** Runs of up to `length` operations, about half as many on average: short runs shrink well. */
export function operations(length: number): fc.Arbitrary<Operation[]> {
  return fc.array(operation, { minLength: 1, maxLength: length, size: 'max' });
}
