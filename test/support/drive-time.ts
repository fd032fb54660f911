import type { FakeTime } from '../../src/runtime/index.js';

/** Moves a fake time on, from one sleeper to the next, until `work` is over. */
export async function driveTime<Result>(time: FakeTime, work: Promise<Result>): Promise<Result> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  // the caller gets it; until then it must not count as unhandled
  done.catch(() => undefined);
  while (!over) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const waitMs = time.msUntilWake();
    if (!over && Number.isFinite(waitMs)) time.advance(waitMs);
  }
  return done;
}
