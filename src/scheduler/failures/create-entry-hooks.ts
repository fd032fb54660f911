import { AppError, type TimedEvent } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { TimedEvents } from '../../storage/index.js';
import type { EntryHooks } from '../entry-hooks.js';
import { armTask } from '../tasks/arm-task.js';
import type { Policies } from '../tenants/policies.js';
import { armFailure, encodeFailure, subjectOf } from './armed-failure.js';

export interface EntryHookParts {
  /** Undefined until the storage is open. */
  readonly timedEvents: () => TimedEvents | undefined;
  readonly policies: Policies;
  readonly components: Components;
  /** Others that are told of the end of users' entries; each returns at once and never throws. */
  readonly afterFinished: readonly EntryHooks['afterFinished'][];
}

/** The entry is mostly stored by then; its task looks again when it is not. */
const STORED_WITHIN_MS = 200;

/** Arms the failure events of applications that want them, and tells others how entries end. */
export function createEntryHooks(parts: EntryHookParts): EntryHooks {
  return {
    beforeFailed: (to, signal) => announce(to, parts, signal),
    afterFinished: (event) => {
      if (event.plan.target.kind === 'task') return;
      for (const tell of parts.afterFinished) tell(event);
    },
  };
}

async function announce(to: TimedEvent, parts: EntryHookParts, signal: AbortSignal): Promise<void> {
  // what is done for a failure announces none
  if (to.plan.target.kind === 'task') return;
  // a copy that is not confirmed may not know yet that the event is wanted
  if (!parts.policies.fresh) throw new AppError('NOT_READY', 'the policies are not known now');
  const { failureEvent } = parts.policies.application(to.key.application);
  if (failureEvent === undefined) return;
  const { components } = parts;
  const timedEvents = parts.timedEvents();
  if (timedEvents === undefined) throw new AppError('NOT_READY', 'the storage is not open yet');
  const nowMs = components.clock.nowMs();
  const failure = armFailure(to, failureEvent, nowMs);
  if (failure === undefined) return;
  const tools = { timedEvents, components, signal };
  await armTask(subjectOf(failure), nowMs + STORED_WITHIN_MS, tools, encodeFailure(failure));
}
