import type { NewEvent, StoregrpcUpdate } from '../../../src/client/index.js';
import type { Draws } from '../../../src/runtime/index.js';
import type { Api, Expected } from '../history/operation.js';
import { keyOf, payloadOf, uuidFrom } from './event-keys.js';
import { ALL_TYPES, CODED_TYPES, codeOf } from './event-types.js';
import type { StreamSet, WorkedStream } from './stream-set.js';

/** An append as all its tries have it. */
export interface PlannedAppend {
  readonly append: string;
  readonly api: Api;
  readonly stream: WorkedStream;
  readonly expected: Expected;
  readonly types: readonly string[];
  readonly payloads: readonly string[];
  /** Without ids nobody may try it again. */
  readonly hasIds: boolean;
}

const EVENTS_MAX = 20;
const FRESH = 0.1;
const WRONG = 0.1;
/** storegrpc: how many calls have an append id. */
const IDENTIFIED = 0.5;

/** Decides about an append. */
export function planAppend(
  append: string,
  api: Api,
  streams: StreamSet,
  draws: Draws,
): PlannedAppend {
  const stream = draws.chance(FRESH) ? streams.fresh() : streams.pick(draws);
  const count = Math.round(draws.skewed(1, EVENTS_MAX));
  const kinds = api === 'v1' ? ALL_TYPES : CODED_TYPES;
  const keys = Array.from({ length: count }, (_, index) => keyOf(append, index));
  return {
    append,
    api,
    stream,
    expected: api === 'v1' ? anyExpected(stream, draws) : exactly(stream, draws),
    types: keys.map(() => draws.pick(kinds)),
    payloads: keys.map((key) => payloadOf(key, draws)),
    hasIds: api === 'v1' || draws.chance(IDENTIFIED),
  };
}

function anyExpected(stream: WorkedStream, draws: Draws): Expected {
  const kind = draws.pick([
    'exact',
    'exact',
    'exact',
    'any',
    'stream-exists',
    'no-stream',
  ] as const);
  if (kind === 'exact') return exactly(stream, draws);
  // on a stream that is there it is a conflict: now and then is enough
  if (kind === 'no-stream' && stream.version > 0 && !draws.chance(WRONG)) return { kind: 'any' };
  return { kind };
}

/** The version that it was heard to be at, or a wrong one. */
function exactly({ version }: WorkedStream, draws: Draws): Expected {
  const wrongBy = draws.chance(WRONG) ? draws.pick([-2, -1, 1, 3]) : 0;
  return { kind: 'exact', version: Math.max(0, version + wrongBy) };
}

/** For v1. */
export function newEventsOf({ append, types, payloads }: PlannedAppend): NewEvent[] {
  return payloads.map((json, index) => {
    return { type: types[index] ?? '', json, eventId: uuidFrom(keyOf(append, index)) };
  });
}

/** For storegrpc. */
export function updateOf(plan: PlannedAppend): StoregrpcUpdate {
  const { append, stream, expected, types, payloads, hasIds } = plan;
  return {
    id: stream.streamId,
    version: expected.kind === 'exact' ? expected.version : 0,
    events: payloads.map((payload, index) => ({ type: codeOf(types[index] ?? ''), payload })),
    ...(hasIds ? { appendId: uuidFrom(append) } : {}),
  };
}
