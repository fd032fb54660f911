import { z } from 'zod';
import {
  AppError,
  requireUuid,
  type FailureEvent,
  type TaskSubject,
  type TimedEvent,
} from '../../core/index.js';
import { failureContentOf } from './failure-content.js';

const armedFailure = z.object({
  application: z.string(),
  eventId: z.string(),
  generation: z.string().transform(requireUuid),
  life: z.number(),
  armedMs: z.number(),
  stream: z.string(),
  type: z.string(),
  content: z.string(),
});

/** A failure that is about to be stored: what its task has to know. */
export type ArmedFailure = z.output<typeof armedFailure>;

/**
 * What a generation is between two replays: when the last one was, 0 before the first. It fails
 * for good at most once, since nothing but a replay leads on from there.
 */
export function lifeOf({ plan }: TimedEvent): number {
  return plan.replay?.atMs ?? 0;
}

/** Names a failure: the same for all who are about to store it. */
export function failureName(failed: Pick<ArmedFailure, 'generation' | 'life'>): string {
  return `${failed.generation} ${failed.life}`;
}

/** Undefined for an entry that does not fail. */
export function armFailure(
  to: TimedEvent,
  wish: FailureEvent,
  armedMs: number,
): ArmedFailure | undefined {
  const content = failureContentOf(to);
  if (content === undefined) return undefined;
  const { application, eventId } = to.key;
  const { generation } = to;
  return { application, eventId, generation, life: lifeOf(to), armedMs, ...wish, content };
}

export function subjectOf(failure: ArmedFailure): TaskSubject {
  return { task: 'failure', application: failure.application, id: failureName(failure) };
}

export function encodeFailure(failure: ArmedFailure): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(failure));
}

/** Throws INTERNAL for what was not made here. */
export function decodeFailure(payload: Uint8Array): ArmedFailure {
  const result = armedFailure.safeParse(JSON.parse(new TextDecoder().decode(payload)));
  if (result.success) return result.data;
  throw new AppError('INTERNAL', 'the task of a failure has an unknown form');
}
