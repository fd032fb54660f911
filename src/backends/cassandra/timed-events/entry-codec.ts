import { z } from 'zod';
import {
  AppError,
  HTTP_METHODS,
  parseTypeCode,
  requireUuid,
  TASKS,
  type Attempt,
  type TimedEventPlan,
} from '../../../core/index.js';

/** The parts of an entry that stand in its row as JSON. Fields that are not known are ignored. */

const uuid = z.string().transform((text) => requireUuid(text));

const httpSchema = z.object({
  kind: z.literal('http'),
  url: z.string(),
  method: z.enum(HTTP_METHODS),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});

const typeCode = z.number().transform((number, context) => {
  const code = parseTypeCode(number);
  if (code !== undefined) return code;
  context.addIssue('no type code');
  return z.NEVER;
});

const appendSchema = z
  .object({
    kind: z.literal('append'),
    stream: z.string(),
    type: z.union([z.string(), typeCode]),
    content: z.enum(['json', 'bytes']),
    contentType: z.string().optional(),
    metadata: z.string().optional(),
    expected: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('exact'), version: z.number() }),
      z.object({ kind: z.literal('no-stream') }),
      z.object({ kind: z.literal('stream-exists') }),
      z.object({ kind: z.literal('any') }),
    ]),
  })
  // JSON has no undefined: what is missing is put back
  .transform(({ contentType, metadata, ...target }) => ({ ...target, contentType, metadata }));

const taskSchema = z.object({ kind: z.literal('task'), task: z.enum(TASKS) });

const planSchema = z.object({
  target: z.discriminatedUnion('kind', [httpSchema, appendSchema, taskSchema]),
  retry: z.object({
    attemptsMax: z.number(),
    firstDelayMs: z.number(),
    maxDelayMs: z.number(),
    doublings: z.number(),
    jitter: z.number(),
    maxAgeMs: z.number().optional(),
  }),
  timeoutMs: z.number(),
  retentionMs: z.number(),
  lateness: z.object({ maxMs: z.number(), action: z.enum(['skip', 'dead-letter']) }).optional(),
  run: z
    .object({
      scheduleId: z.string(),
      nominalMs: z.number(),
      cause: z.enum(['schedule', 'trigger', 'backfill']),
    })
    .optional(),
  replay: z.object({ atMs: z.number(), earlierAttempts: z.number() }).optional(),
  trace: z.object({ traceparent: z.string(), tracestate: z.string() }).optional(),
});

const attemptSchema = z.object({
  startedMs: z.number(),
  durationMs: z.number(),
  claim: z.object({ poller: uuid, epoch: z.number(), claimedMs: z.number() }),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('answered'), status: z.number(), body: z.string() }),
    z.object({ kind: z.literal('failed'), error: z.string() }),
    z.object({ kind: z.literal('lost') }),
  ]),
});

/** What of a plan stands in the column `plan`; the rest has columns of its own. */
export type StoredPlan = Omit<TimedEventPlan, 'dueMs' | 'payload'>;

function parsed<Value>(schema: z.ZodType<Value>, text: string, column: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('INTERNAL', `column ${column} holds no valid value`, { column }, error);
  }
}

export function encodePlan(plan: TimedEventPlan): string {
  const { target, retry, timeoutMs, retentionMs, lateness, run, replay, trace } = plan;
  const extras = { lateness, run, replay, trace };
  return JSON.stringify({ target, retry, timeoutMs, retentionMs, ...extras });
}

export function decodePlan(text: string): StoredPlan {
  const { retry, lateness, run, replay, trace, ...plan } = parsed(planSchema, text, 'plan');
  return {
    ...plan,
    retry: { ...retry, maxAgeMs: retry.maxAgeMs },
    ...(lateness && { lateness }),
    ...(run && { run }),
    ...(replay && { replay }),
    ...(trace && { trace }),
  };
}

export function encodeAttempt({ startedMs, durationMs, claim, outcome }: Attempt): string {
  return JSON.stringify({ startedMs, durationMs, claim, outcome });
}

export function decodeAttempt(number: number, text: string): Attempt {
  return { number, ...parsed(attemptSchema, text, 'attempts') };
}
