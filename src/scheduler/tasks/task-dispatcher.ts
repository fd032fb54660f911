import {
  taskSubjectOf,
  untilEnd,
  type CallResult,
  type Task,
  type TaskSubject,
  type TaskTarget,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../dispatcher.js';

/** `done`: it need not be called any more. */
export type TaskResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly atMs: number };

/**
 * Does what is to be done now. Called again for the same thing at any time, also by two processes
 * at once. What it throws is logged, and it is called again.
 */
export type TaskHandler = (
  subject: TaskSubject,
  call: { readonly payload: Uint8Array; readonly signal: AbortSignal },
) => Promise<TaskResult>;

export type TaskHandlers = Readonly<Record<Task, TaskHandler>>;

const AFTER_FAULT_MS = 1_000;
const DONE: CallResult = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined };

/** Calls the scheduler's own tasks. */
export function createTaskDispatcher(
  handlers: TaskHandlers,
  components: Components,
): Dispatcher<TaskTarget> {
  return new TaskDispatcher(handlers, components);
}

class TaskDispatcher implements Dispatcher<TaskTarget> {
  readonly #handlers: TaskHandlers;
  readonly #components: Components;
  readonly #open = new Set<AbortController>();
  #closed = false;

  constructor(handlers: TaskHandlers, components: Components) {
    this.#handlers = handlers;
    this.#components = components;
  }

  async call(call: OutgoingCall<TaskTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed || !mayBegin()) return { kind: 'withdrawn' };
    const subject = taskSubjectOf(call.target.task, call.key);
    if (subject === undefined) return { kind: 'refused', reason: 'no task has this key' };
    const ending = new AbortController();
    const ended = new AbortController();
    this.#open.add(ending);
    try {
      void this.#endInTime(ending, call.timeoutMs, ended.signal);
      const { payload } = call;
      const handle = this.#handlers[call.target.task];
      const work = handle(subject, { payload, signal: ending.signal });
      // a storage that hangs must not hold the call: what goes on there may be repeated
      const result = await untilEnd(work, ending.signal);
      return result.kind === 'done' ? DONE : result;
    } catch (error) {
      const { task } = subject;
      this.#components.metrics.add('cassadra_task_faults_total', { task });
      this.#components.logger.warn({ err: error, subject }, 'a task is to be called again');
      return { kind: 'again', atMs: this.#components.clock.nowMs() + AFTER_FAULT_MS };
    } finally {
      ended.abort();
      this.#open.delete(ending);
    }
  }

  async #endInTime(ending: AbortController, timeoutMs: number, ended: AbortSignal): Promise<void> {
    await this.#components.timers.sleep(timeoutMs, ended);
    ending.abort();
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#open) ending.abort();
    return Promise.resolve();
  }
}
