import type { ListedStream } from '../../../src/client/index.js';
import { EventComparison, type Difference } from './differences.js';
import { bucketOf, EventSums } from './event-sum.js';
import { walkFeedSide, walkStreamSide, type Sides } from './sides.js';

/** Events that are compared one by one at most; parts beyond are only counted. */
const COMPARED_MAX = 1_000_000;

export interface Verified {
  readonly streams: number;
  readonly streamEvents: number;
  readonly feedEvents: number;
  readonly corrupt: readonly { readonly stream: ListedStream; readonly message: string }[];
  readonly differences: readonly Difference[];
  /** Parts of the streams that differ and were too many to be named. */
  readonly unnamedParts: number;
}

export interface VerifyProgress {
  (phase: 'streams' | 'feed' | 'differences', events: number): void;
}

interface FirstPass {
  readonly inStreams: EventSums;
  readonly inFeed: EventSums;
  readonly types: ReadonlySet<number>;
  readonly streams: number;
  readonly corrupt: Map<string, { readonly stream: ListedStream; readonly message: string }>;
}

/**
 * Compares what the streams hold with what the feed by type holds. Sums find the parts that differ;
 * these are read again, so what was under way the first time is not taken for a fault.
 */
export async function verifyFeed(sides: Sides, onProgress: VerifyProgress): Promise<Verified> {
  const first = await sumUp(sides, onProgress);
  const differing = first.inStreams.differing(first.inFeed);
  const chosen = chooseParts(differing, first);
  const differences =
    chosen.size === 0 ? [] : await compareParts(sides, { first, chosen }, onProgress);
  return {
    streams: first.streams,
    streamEvents: first.inStreams.events,
    feedEvents: first.inFeed.events,
    corrupt: [...first.corrupt.values()],
    differences,
    unnamedParts: differing.length - chosen.size,
  };
}

async function sumUp(sides: Sides, onProgress: VerifyProgress): Promise<FirstPass> {
  const inStreams = new EventSums();
  const inFeed = new EventSums();
  const types = new Set<number>();
  const corrupt: FirstPass['corrupt'] = new Map();
  let streams = 0;
  await walkStreamSide(sides, {
    onEvent: (event) => {
      inStreams.add(event);
      types.add(event.typeCode);
      onProgress('streams', inStreams.events);
    },
    onCorrupt: (stream, message) => corrupt.set(stream.streamId, { stream, message }),
    wanted: () => true,
    onStream: () => {
      streams += 1;
    },
  });
  await walkFeedSide(sides, types, (event) => {
    inFeed.add(event);
    onProgress('feed', inFeed.events);
  });
  return { inStreams, inFeed, types, streams, corrupt };
}

/** As many of the parts as can be held in memory, at least one. */
function chooseParts(differing: readonly number[], first: FirstPass): ReadonlySet<number> {
  let events = 0;
  const chosen = differing.filter((bucket, index) => {
    events += Math.max(first.inStreams.count(bucket), first.inFeed.count(bucket));
    return index === 0 || events <= COMPARED_MAX;
  });
  return new Set(chosen);
}

async function compareParts(
  sides: Sides,
  { first, chosen }: { readonly first: FirstPass; readonly chosen: ReadonlySet<number> },
  onProgress: VerifyProgress,
): Promise<readonly Difference[]> {
  const comparison = new EventComparison();
  const types = new Set(first.types);
  const { corrupt } = first;
  const compared = (streamId: string): boolean =>
    chosen.has(bucketOf(streamId)) && !corrupt.has(streamId);
  let events = 0;
  await walkStreamSide(sides, {
    onEvent: (event) => {
      comparison.inStream(event);
      types.add(event.typeCode);
      onProgress('differences', (events += 1));
    },
    onCorrupt: (stream, message) => corrupt.set(stream.streamId, { stream, message }),
    wanted: ({ streamId }) => compared(streamId),
    onStream: () => undefined,
  });
  await walkFeedSide(sides, types, (event) => {
    if (compared(event.streamId)) comparison.inFeed(event);
    onProgress('differences', (events += 1));
  });
  return comparison.differences().filter(({ streamId }) => !corrupt.has(streamId));
}
