import {
  ANY_VERSION,
  meaningOf,
  requireUuid,
  type AppendTarget,
  type TimedEvent,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { TimedEvents } from '../../storage/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../dispatcher.js';
import type { TaskHandler, TaskResult } from '../tasks/task-dispatcher.js';
import { decodeFailure, failureName, lifeOf, type ArmedFailure } from './armed-failure.js';
import { failureContentOf } from './failure-content.js';

export interface FailureTaskParts {
  /** Undefined until the storage is open. */
  readonly timedEvents: () => TimedEvents | undefined;
  /** What appends the events of entries. */
  readonly appends: Dispatcher<AppendTarget>;
  readonly components: Components;
}

const APPEND_TIMEOUT_MS = 15_000;
const WAIT_MS = { min: 500, max: 300_000 };
const DONE: TaskResult = { kind: 'done' };

/**
 * Appends the event of a failure once the entry shows it: under an id of the failure, so that a
 * repetition finds it. While the entry may still fail, and while the append may still succeed, it
 * comes again, ever more seldom; whoever is about to store the failure (again) hurries it.
 */
export function failureTask(parts: FailureTaskParts): TaskHandler {
  const { components } = parts;
  return async (_subject, { payload, signal }) => {
    const failure = decodeFailure(payload);
    const timedEvents = parts.timedEvents();
    if (timedEvents === undefined) return later(failure, components);
    const found = evidenceOf(failure, await timedEvents.find(failure));
    switch (found.kind) {
      case 'none':
        return DONE;
      case 'not-yet':
        return later(failure, components);
      case 'failed': {
        const call = callOf(failure, found.content, components);
        const result = await parts.appends.call(call, () => !signal.aborted);
        return afterAppend(result, failure, components);
      }
    }
  };
}

type Evidence =
  | { readonly kind: 'none' }
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'failed'; readonly content: string };

/** Whether the entry has failed, as was announced. */
function evidenceOf(failure: ArmedFailure, event: TimedEvent | undefined): Evidence {
  if (event?.generation !== failure.generation) return { kind: 'none' };
  // only what has failed can have been replayed
  if (lifeOf(event) > failure.life) return { kind: 'failed', content: failure.content };
  if (lifeOf(event) < failure.life) return { kind: 'none' };
  const { status } = event.state;
  if (status === 'PENDING' || status === 'PROCESSING') return { kind: 'not-yet' };
  const content = failureContentOf(event);
  return content === undefined ? { kind: 'none' } : { kind: 'failed', content };
}

function callOf(
  failure: ArmedFailure,
  content: string,
  { ids }: Components,
): OutgoingCall<AppendTarget> {
  const { application, eventId, armedMs, stream, type } = failure;
  return {
    key: { application, eventId },
    generation: requireUuid(ids.nameId(failureName(failure), failure.generation)),
    attempt: 1,
    dueMs: armedMs,
    target: {
      kind: 'append',
      stream,
      type,
      content: 'json',
      contentType: 'application/json',
      metadata: undefined,
      expected: ANY_VERSION,
    },
    payload: new TextEncoder().encode(content),
    timeoutMs: APPEND_TIMEOUT_MS,
  };
}

function afterAppend(
  result: DispatchResult,
  failure: ArmedFailure,
  components: Components,
): TaskResult {
  const meaning = result.kind === 'answered' ? meaningOf(result.status) : 'again';
  if (meaning === 'success') return DONE;
  if (meaning === 'again') return later(failure, components);
  // it would be refused for ever
  const { application, eventId, stream, type } = failure;
  const about = { application, eventId, stream, type, result };
  components.logger.error(about, 'the event store refuses a failure event');
  return DONE;
}

function later({ armedMs }: ArmedFailure, { clock }: Components): TaskResult {
  const nowMs = clock.nowMs();
  const waitMs = Math.round((nowMs - armedMs) / 2);
  return { kind: 'again', atMs: nowMs + Math.min(Math.max(waitMs, WAIT_MS.min), WAIT_MS.max) };
}
