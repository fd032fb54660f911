import { z } from 'zod';
import { AppError } from '../../core/index.js';
import type { Sweep } from './sweeps.js';

const time = z.number().optional();

const filter = z.object({
  application: z.string().optional(),
  failedFromMs: time,
  failedUntilMs: time,
  dueFromMs: time,
  dueUntilMs: time,
  destination: z.string().optional(),
  httpStatuses: z.array(z.number()),
});

const key = z.object({ application: z.string(), eventId: z.string() });

/** Up to where entries have been looked at. */
const cursor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({
    kind: z.literal('at'),
    application: z.string(),
    after: z.object({ dueMs: z.number(), eventId: z.string() }).optional(),
  }),
  z.object({ kind: z.literal('end') }),
]);

/** Entries that are being changed: each of them has been since `decidedMs`, or is yet to be. */
const batch = z.object({
  decidedMs: z.number(),
  application: z.string(),
  eventIds: z.array(z.string()),
});

const counts = z.object({
  scanned: z.number(),
  matched: z.number(),
  changed: z.number(),
  overtaken: z.number(),
});

const storedSweep = z.object({
  sweepId: z.string(),
  action: z.enum(['replay', 'purge']),
  filter,
  dryRun: z.boolean(),
  perSecond: z.number(),
  state: z.enum(['running', 'done', 'cancelled']),
  createdMs: z.number(),
  updatedMs: z.number(),
  counts,
  examples: z.array(key),
  cursor,
  batch: batch.optional(),
});

/** A sweep as its document has it: also how it goes on. */
export type StoredSweep = Readonly<z.output<typeof storedSweep>>;
export type SweepCursor = StoredSweep['cursor'];
export type SweepBatch = Readonly<z.output<typeof batch>>;
export type SweepCounts = Readonly<z.output<typeof counts>>;

/** Throws INTERNAL for what was not written here. */
export function decodeSweep(content: string): StoredSweep {
  const result = storedSweep.safeParse(JSON.parse(content));
  if (result.success) return result.data;
  throw new AppError('INTERNAL', 'a stored sweep has an unknown form');
}

export function encodeSweep(sweep: StoredSweep): string {
  return JSON.stringify(sweep);
}

/** What its user is shown. */
export function shownSweep(stored: StoredSweep): Sweep {
  const { sweepId, action, dryRun, perSecond, state, createdMs, updatedMs, examples } = stored;
  const { application, failedFromMs, failedUntilMs, dueFromMs, dueUntilMs } = stored.filter;
  const { destination, httpStatuses } = stored.filter;
  const times = { failedFromMs, failedUntilMs, dueFromMs, dueUntilMs };
  return {
    ...{ sweepId, action, filter: { application, ...times, destination, httpStatuses } },
    ...{ dryRun, perSecond, state, createdMs, updatedMs },
    ...stored.counts,
    examples,
  };
}
