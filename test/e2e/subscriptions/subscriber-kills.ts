import { test } from 'node:test';
import { Chaos, type ChaosRun } from './chaos.js';
import { READER_OF_ALL, READERS_OF_A_PART, READERS_OF_ALL_TYPES } from './reader-plan.js';

const LIFE_WITHOUT_PROGRESS = 0.1;

/**
 * Readers that are killed again and again, at random moments of their lives, while events are
 * appended: at once, before they have seen anything, while they catch up, at the end.
 */
export function exerciseSubscriberKills(run: Omit<ChaosRun, 'readers'>): void {
  const { storage, kills, events, ordered } = run;
  const title = `subscribers on ${storage.name} killed ${kills} times amid ${events} events`;
  test(title, { timeout: 900_000 }, async (t) => {
    const whole = ordered ? [READER_OF_ALL, ...READERS_OF_ALL_TYPES] : READERS_OF_ALL_TYPES;
    const chaos = await Chaos.begin(t, { ...run, readers: [...whole, ...READERS_OF_A_PART] });
    const { draws, writers, plans } = chaos;
    const quota = Math.ceil(events / (kills + 1));
    const handled = plans.map(() => 0);
    for (let life = 0; life < kills; life += 1) {
      const index = life % plans.length;
      const plan = plans[index];
      if (plan === undefined) throw new Error('no plan');
      const readers = chaos.readers(plan);
      const allowed = (life + 1) * quota;
      // one half while the readers start, one while they read
      writers.allow(allowed - Math.floor(quota / 2));
      const atOnce = draws.chance(LIFE_WITHOUT_PROGRESS);
      if (!atOnce) {
        await readers.untilHandled(draws.whole(0, 1));
        writers.allow(allowed);
        // a repeat counts, too: so there is at least this much to handle
        const toHandle = Math.max(quota, allowed - (handled[index] ?? 0) / whole.length);
        await readers.untilHandled(draws.whole(1, toHandle * whole.length));
      }
      await readers.end('SIGKILL');
      handled[index] = (handled[index] ?? 0) + readers.handled;
    }
    writers.allow(events);
    await chaos.check(
      plans.map((plan) => chaos.readers(plan)),
      kills,
    );
  });
}
