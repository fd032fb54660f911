import type { AppendTarget, HttpTarget, TaskTarget } from '../core/index.js';
import type { Dispatcher } from '../scheduler/index.js';

export interface TargetDispatchers {
  readonly http: Dispatcher<HttpTarget>;
  readonly append: Dispatcher<AppendTarget>;
  readonly task: Dispatcher<TaskTarget>;
}

/** Hands each call to the dispatcher of its kind of target. */
export function dispatchByTarget({ http, append, task }: TargetDispatchers): Dispatcher {
  return {
    call: (call, mayBegin) => {
      const { target } = call;
      switch (target.kind) {
        case 'http':
          return http.call({ ...call, target }, mayBegin);
        case 'append':
          return append.call({ ...call, target }, mayBegin);
        case 'task':
          return task.call({ ...call, target }, mayBegin);
      }
    },
    close: async () => {
      await Promise.all([http.close(), append.close(), task.close()]);
    },
  };
}
