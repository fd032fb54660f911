import { DEFAULT_TIMED_EVENT_LIMITS } from '../../src/core/index.js';
import { createSealer, systemKeys, type Components } from '../../src/runtime/index.js';
import { createScheduling, type Scheduling } from '../../src/scheduler/index.js';
import type { Backend } from '../../src/storage/index.js';

export type UseCases = Pick<
  Scheduling,
  'scheduler' | 'sweeps' | 'schedules' | 'tenants' | 'secrets'
>;

interface OpenUseCases {
  readonly useCases: UseCases;
  close(): Promise<void>;
}

const WAITS_MAX = 1_000;

/** All use cases of the scheduler over a storage. Nothing fires. */
export async function useCasesOn(
  storage: Pick<Backend, 'timedEvents' | 'documents'>,
  components: Components,
): Promise<OpenUseCases> {
  const scheduling = createScheduling({
    storage: () => storage,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    sealer: createSealer([Buffer.alloc(32, 7)]),
    keys: systemKeys,
    components,
  });
  const { policies, polling } = scheduling;
  await policies.start();
  for (let waits = 0; !polling.policies.fresh; waits += 1) {
    if (waits > WAITS_MAX) throw new Error('the policies are not loaded');
    await components.timers.sleep(1, new AbortController().signal);
  }
  return { useCases: scheduling, close: async () => policies.stop() };
}
