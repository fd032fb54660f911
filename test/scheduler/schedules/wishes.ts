import { AppError, type ErrorCode, type Schedule } from '../../../src/core/index.js';
import { draft, type Draft, type Process, type World } from './world.js';

export const every = (everyMs: number): NonNullable<Draft['timing']> => ({
  recurrence: { kind: 'interval', everyMs, phaseMs: 0 },
});

export function refusal(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

interface Wishes {
  /** Rejects when there is one. Runs may overlap, unless it says otherwise. */
  readonly create: (wish?: Draft) => Promise<Schedule>;
  readonly update: (wish: Draft, expectedRevision?: number) => Promise<Schedule>;
}

/** Wishes at the server of the test that runs. */
export function wishesAt(
  current: () => { readonly world: World; readonly server: Process },
): Wishes {
  const allowing = (wish: Draft): ReturnType<typeof draft> => draft({ overlap: 'allow', ...wish });
  return {
    create: async (wish = {}) => {
      const { world, server } = current();
      return (await server.schedules.create(allowing(wish), 'reject', world.signal)).schedule;
    },
    update: (wish, expectedRevision) => {
      const { world, server } = current();
      return server.schedules.update(allowing(wish), expectedRevision, world.signal);
    },
  };
}
