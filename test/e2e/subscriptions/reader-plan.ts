/** How a reader reads, and what it keeps. */
export type ReaderKind =
  /** `consume` with a handler: after a crash some come again. */
  | 'handler'
  /** `consume` with a handler of batches that stores the cursor with the effect. */
  | 'batch'
  /** `PollingClient` with a handler. */
  | 'polling'
  /** A loop of its own over an eager subscription. */
  | 'eager';

export interface ReaderPlan {
  readonly name: string;
  readonly kind: ReaderKind;
  /** One of the three. */
  readonly all?: true;
  readonly types?: readonly string[];
  readonly stream?: string;
}

/** What the program of the readers is told, as JSON. */
export interface ReadersPlan {
  readonly address: string;
  /** Holds a log and a checkpoint for each reader. */
  readonly folder: string;
  readonly readers: readonly ReaderPlan[];
}

/** After so many events a reader saves its place: so many may come again after a crash. */
export const SAVE_EVERY_EVENTS = 20;

export const TYPES = ['Chaos-A', 'Chaos-B', 'Chaos-C'] as const;

/** The readers that see every event of `TYPES`: their progress is told. */
export const READERS_OF_ALL_TYPES: readonly ReaderPlan[] = [
  { name: 'types', kind: 'handler', types: TYPES },
  { name: 'batch', kind: 'batch', types: TYPES },
  { name: 'polling', kind: 'polling', types: TYPES },
  { name: 'eager', kind: 'eager', types: TYPES },
];

/** Only where the storage orders all events. */
export const READER_OF_ALL: ReaderPlan = { name: 'all', kind: 'handler', all: true };

/** The readers that see a part. */
export const READERS_OF_A_PART: readonly ReaderPlan[] = [
  { name: 'two-types', kind: 'handler', types: TYPES.slice(1) },
  { name: 'stream', kind: 'handler', stream: 'shared-0' },
];
