/** How hard the clients work. */
export interface WorkloadProfile {
  readonly writers: number;
  /** Pause of a writer between two appends, ms: from half of it to one and a half. */
  readonly writerPauseMs: number;
  readonly streamReaders: number;
  readonly readerPauseMs: number;
  /** Streams in use at once; a stream gives way to a new one when it is long. */
  readonly streams: number;
  readonly streamEventsMax: number;
  /** Clients that schedule and cancel timed events. */
  readonly timerClients: number;
  readonly timerPauseMs: number;
  /** The furthest that a timed event is due ahead. */
  readonly timerAheadMs: number;
  /** How long one append that ended unknown is tried again when all is over. */
  readonly resolveMs: number;
  /** How long readers and timed events may take when all is over. */
  readonly settleMs: number;
  /** A reader to whom nothing has come for so long gets nothing more. */
  readonly quietMs: number;
}

/** For three nodes of Cassandra and all else on a small machine. */
export const USUAL_PROFILE: WorkloadProfile = {
  writers: 12,
  writerPauseMs: 350,
  streamReaders: 3,
  readerPauseMs: 300,
  streams: 20,
  streamEventsMax: 350,
  timerClients: 2,
  timerPauseMs: 700,
  timerAheadMs: 20_000,
  resolveMs: 60_000,
  settleMs: 60_000,
  quietMs: 15_000,
};
