import { exerciseCrowd, exerciseTimedEvents, exerciseTimedModel } from './timed-events/index.js';
import { timedEventsEmbedded } from './timed-events-embedded.js';
import { timedEventsInMemory } from './timed-events-memory.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';
const sides = { reference: timedEventsInMemory, other: timedEventsEmbedded };

exerciseTimedEvents('embedded', timedEventsEmbedded);
exerciseTimedModel('embedded', sides, {
  runs: long ? 3_000 : 200,
  length: long ? 200 : 60,
  timeoutMs: long ? 1_800_000 : 300_000,
});
for (const crowd of [
  { size: 20_000, spreadMs: 0 },
  { size: 100_000, spreadMs: 10_000 },
]) {
  exerciseCrowd('embedded', timedEventsEmbedded, {
    ...crowd,
    addedAtOnce: 2_000,
    withinMs: 1_000,
    timeoutMs: 120_000,
  });
}
