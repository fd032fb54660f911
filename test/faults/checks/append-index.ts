import type { AppendTry, RunRecord } from '../history/operation.js';

/** Where an event of an append stands in the final streams. */
export interface Place {
  readonly key: string;
  /** Which event of its append it is, from 0. */
  readonly index: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
}

/** An append with all that is known of it. */
export interface AppendStory extends Pick<AppendTry, 'append' | 'stream' | 'expected' | 'types'> {
  /** In the order in which they ended. */
  readonly tries: readonly AppendTry[];
  /** By stream and version. */
  readonly places: readonly Place[];
}

/** An event of a final stream that is of no append of the history. */
export type Stray = Omit<Place, 'index'>;

export interface AppendIndex {
  /** By name. */
  readonly appends: ReadonlyMap<string, AppendStory>;
  readonly strays: readonly Stray[];
}

type OpenStory = Omit<AppendStory, 'tries' | 'places'> & { tries: AppendTry[]; places: Place[] };

/** Several checks need it; a record does not change. */
const KNOWN = new WeakMap<RunRecord, AppendIndex>();

/** Brings together the tries of each append and the places of its events. Linear. */
export function indexAppends(record: RunRecord): AppendIndex {
  const known = KNOWN.get(record) ?? newIndex(record);
  KNOWN.set(record, known);
  return known;
}

function newIndex(record: RunRecord): AppendIndex {
  const appends = new Map<string, OpenStory>();
  for (const line of record.lines) {
    if (line.kind !== 'append') continue;
    const story = appends.get(line.append);
    if (story !== undefined) story.tries.push(line);
    else {
      const { append, stream, expected, types } = line;
      appends.set(append, { append, stream, expected, types, tries: [line], places: [] });
    }
  }
  const strays: Stray[] = [];
  for (const [stream, events] of record.finalStreams) {
    for (const [at, { key, type }] of events.entries()) {
      const { append, index } = partsOf(key);
      const story = appends.get(append);
      const version = at + 1;
      if (story !== undefined && index in story.types) {
        story.places.push({ key, index, stream, version, type });
      } else {
        strays.push({ key, stream, version, type });
      }
    }
  }
  return { appends, strays };
}

/** The first version of an append that stands in its stream as a whole; undefined: it does not. */
export function firstVersionOf({ stream, types, places }: AppendStory): number | undefined {
  const first = places[0]?.version;
  if (first === undefined || places.length !== types.length) return undefined;
  const isWhole = places.every(
    (place, at) => place.index === at && place.stream === stream && place.version === first + at,
  );
  return isWhole ? first : undefined;
}

/** The tries that may have written: the others said that they did not. */
export function possibleTriesOf({ tries }: AppendStory): AppendTry[] {
  return tries.filter(({ end }) => end.kind === 'ok' || end.kind === 'unknown');
}

function partsOf(key: string): { readonly append: string; readonly index: number } {
  const cut = key.lastIndexOf('#');
  const index = Number(key.slice(cut + 1));
  return { append: key.slice(0, Math.max(cut, 0)), index: Number.isInteger(index) ? index : -1 };
}
