import { z } from 'zod';
import {
  AppError,
  HTTP_METHODS,
  parseTypeCode,
  SKIP_REASONS,
  type AppendTarget,
  type RetryPolicy,
  type Schedule,
  type SkippedRuns,
  type TypeCode,
} from '../../core/index.js';

/**
 * How schedules are stored. Later versions read what stands there: add members that may be absent,
 * and never give one another meaning.
 */

const int32 = z.number().transform((value, context): TypeCode => {
  const code = parseTypeCode(value);
  if (code !== undefined) return code;
  context.addIssue('no int32');
  return z.NEVER;
});

const expected = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact'), version: z.number() }),
  z.object({ kind: z.enum(['no-stream', 'stream-exists', 'any']) }),
]);

const httpTarget = z.object({
  kind: z.literal('http'),
  url: z.string(),
  method: z.enum(HTTP_METHODS),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});

const appendTarget = z
  .object({
    kind: z.literal('append'),
    stream: z.string(),
    type: z.union([int32, z.string()]),
    content: z.enum(['json', 'bytes']),
    contentType: z.string().optional(),
    metadata: z.string().optional(),
    expected,
  })
  .transform(({ contentType, metadata, ...rest }): AppendTarget => {
    return { ...rest, contentType, metadata };
  });

const retry = z
  .object({
    attemptsMax: z.number(),
    firstDelayMs: z.number(),
    maxDelayMs: z.number(),
    doublings: z.number(),
    jitter: z.number(),
    maxAgeMs: z.number().optional(),
  })
  .transform(({ maxAgeMs, ...rest }): RetryPolicy => ({ ...rest, maxAgeMs }));

const plan = z.object({
  timing: z.object({
    recurrence: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('cron'), expression: z.string(), timeZone: z.string() }),
      z.object({ kind: z.literal('interval'), everyMs: z.number(), phaseMs: z.number() }),
    ]),
    startMs: z.number().exactOptional(),
    endMs: z.number().exactOptional(),
    jitterMs: z.number(),
  }),
  overlap: z.enum(['skip', 'allow', 'buffer-one']),
  missed: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['fire-once', 'skip']) }),
    z.object({ kind: z.literal('fire-all'), runsMax: z.number(), perSecond: z.number() }),
  ]),
  missedAfterMs: z.number(),
  run: z.object({
    payload: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
    target: z.union([httpTarget, appendTarget]),
    retry,
    timeoutMs: z.number(),
    retentionMs: z.number(),
    lateness: z
      .object({ maxMs: z.number(), action: z.enum(['skip', 'dead-letter']) })
      .exactOptional(),
  }),
});

const skippedRuns = z.object({
  reason: z.enum(SKIP_REASONS),
  firstNominalMs: z.number(),
  lastNominalMs: z.number(),
  count: z.number(),
  decidedMs: z.number(),
});

const decidedRun = z.object({
  eventId: z.string(),
  nominalMs: z.number(),
  dueMs: z.number(),
  cause: z.enum(['schedule', 'trigger', 'backfill']),
});

const skipCount = z.number().default(0);

const schedule = z.object({
  key: z.object({ application: z.string(), scheduleId: z.string() }),
  revision: z.number(),
  plan,
  createdMs: z.number(),
  updatedMs: z.number(),
  paused: z.object({ sinceMs: z.number(), note: z.string() }).exactOptional(),
  decidedMs: z.number(),
  next: z.object({ nominalMs: z.number(), dueMs: z.number() }).exactOptional(),
  armedMs: z.number(),
  decided: z.array(decidedRun),
  buffered: z.object({ nominalMs: z.number(), sinceMs: z.number() }).exactOptional(),
  recent: z.array(decidedRun),
  skipping: skippedRuns.exactOptional(),
  skipped: z.array(skippedRuns),
  backfill: z
    .object({
      fromMs: z.number(),
      untilMs: z.number(),
      perSecond: z.number(),
      doneMs: z.number(),
      made: z.number(),
      skipped: z.number(),
    })
    .exactOptional(),
  counts: z.object({
    made: z.number(),
    skipped: z.object({
      overlap: skipCount,
      missed: skipCount,
      paused: skipCount,
      exists: skipCount,
    }),
  }),
});

export function encodeSchedule(value: Schedule): string {
  const { run } = value.plan;
  const payload = Buffer.from(run.payload).toString('base64');
  return JSON.stringify({ ...value, plan: { ...value.plan, run: { ...run, payload } } });
}

/** Throws INTERNAL for what was not written here. */
export function decodeSchedule(content: string): Schedule {
  return decoded(schedule, content);
}

export function encodeSkippedRuns(value: SkippedRuns): string {
  return JSON.stringify(value);
}

/** Throws INTERNAL for what was not written here. */
export function decodeSkippedRuns(content: string): SkippedRuns {
  return decoded(skippedRuns, content);
}

function decoded<Value>(form: z.ZodType<Value>, content: string): Value {
  const result = form.safeParse(JSON.parse(content));
  if (result.success) return result.data;
  throw new AppError('INTERNAL', 'a stored schedule has an unknown form', {}, result.error);
}
