import fc from 'fast-check';
import {
  attempted,
  cancelled,
  claimed,
  deleted,
  hurried,
  lost,
  purged,
  refused,
  replayed,
  rescheduled,
  scheduledAnew,
  withdrawn,
  type TimedEvent,
} from '../../../src/core/index.js';
import { claimOf, FAR_MS, moment, newPlan, newUuid } from './kit.js';

export const ARROWS = [
  'claim',
  'withdraw',
  'succeed',
  'fail for good',
  'fail',
  'lose',
  'delete',
  'cancel',
  'reschedule',
  'schedule anew',
  'claim too late',
  'refuse',
  'replay',
  'hurry',
  'purge',
  'call again',
] as const;
export type Arrow = (typeof ARROWS)[number];

/** One step of a run. Numbers choose among what the run has, modulo its size. */
export type Step =
  | { readonly kind: 'add'; readonly key: number; readonly due: number; readonly size: number }
  /** `back`: how many steps of the key ago the change is made from; 0 is the current one. */
  | {
      readonly kind: 'change';
      readonly key: number;
      readonly arrow: Arrow;
      readonly due: number;
      readonly back: number;
    }
  /** A change that was made before, once more. */
  | { readonly kind: 'repeat'; readonly of: number }
  | { readonly kind: 'find'; readonly key: number }
  | {
      readonly kind: 'list';
      readonly application: number;
      readonly from: number;
      readonly until: number;
      readonly statuses: readonly TimedEvent['state']['status'][];
      readonly limit: number;
    };

const PLAIN = { noNullPrototype: true } as const;
const index = fc.nat({ max: 1_000 });
const due = fc.nat({ max: 6 });
const statuses = fc.subarray([
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
] as const);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('add'), key: index, due, size: fc.constantFrom(0, 1, 20_000) },
      PLAIN,
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        kind: fc.constant('change'),
        key: index,
        arrow: fc.constantFrom(...ARROWS),
        due,
        back: fc.constantFrom(0, 0, 0, 0, 1, 2),
      },
      PLAIN,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat'), of: index }, PLAIN) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('find'), key: index }, PLAIN) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('list'),
        application: index,
        from: due,
        until: due,
        statuses,
        limit: fc.integer({ min: 1, max: 5 }),
      },
      PLAIN,
    ),
  },
);

export function timedSteps(length: number): fc.Arbitrary<Step[]> {
  return fc.array(step, { minLength: 1, maxLength: length, size: 'max' });
}

/** Due times of a run: few, over several days, so that entries meet. */
export function dueMsOf(due: number): number {
  return FAR_MS + due * 43_200_000;
}

/** What an arrow makes of an entry, or else the first one after it that its state allows. */
export function follow(arrow: Arrow, from: TimedEvent, due: number): TimedEvent {
  const first = ARROWS.indexOf(arrow);
  const inTurn = [...ARROWS.slice(first), ...ARROWS.slice(0, first)];
  const [to] = inTurn
    .map((next) => followOne(next, from, due))
    .filter((made) => made !== undefined);
  if (to === undefined) throw new TypeError('an entry can always be scheduled anew');
  return to;
}

function followOne(arrow: Arrow, from: TimedEvent, due: number): TimedEvent | undefined {
  const at = moment();
  const call = { startedMs: at.nowMs, durationMs: 3, chance: 0 };
  const answer = (status: number) => {
    const result = {
      kind: 'answered',
      status,
      body: `${status}`,
      retryAfterMs: undefined,
    } as const;
    return attempted(from, { ...call, result }, at);
  };
  const payload = Buffer.alloc(due * 3_000, due);
  const lateness = { maxMs: 0, action: 'skip' } as const;
  const plan = newPlan({ dueMs: dueMsOf(due), payload, ...(due % 2 === 0 && { lateness }) });
  const late = moment(dueMsOf(7));
  const ways: Readonly<Record<Arrow, () => TimedEvent | undefined>> = {
    claim: () => claimed(from, claimOf(newUuid(), due), at),
    withdraw: () => withdrawn(from, at),
    succeed: () => answer(200),
    'fail for good': () => answer(404),
    fail: () => answer(500),
    lose: () => lost(from, at),
    delete: () => deleted(from, at),
    cancel: () => cancelled(from, at),
    reschedule: () => rescheduled(from, dueMsOf(due), at),
    'schedule anew': () => scheduledAnew(from, plan, newUuid(), at),
    'claim too late': () => claimed(from, claimOf(newUuid(), due), late),
    refuse: () => refused(from, 'disabled', at),
    replay: () => replayed(from, at),
    hurry: () => hurried(from, at),
    purge: () => purged(from, at),
    'call again': () =>
      attempted(from, { ...call, result: { kind: 'again', atMs: dueMsOf(due) } }, at),
  };
  return ways[arrow]();
}
