import { test } from 'node:test';
import { Chaos, type ChaosRun } from './chaos.js';
import { READER_OF_ALL, READERS_OF_A_PART, READERS_OF_ALL_TYPES } from './reader-plan.js';

/** Servers that are killed in turn while writers and readers go on by themselves. */
export function exerciseServerKills(run: Omit<ChaosRun, 'readers'>): void {
  const { storage, kills, events, ordered, servers } = run;
  const who = servers === 1 ? 'the server' : `${servers} servers in turn`;
  const title = `${who} on ${storage.name} killed ${kills} times amid ${events} events`;
  test(title, { timeout: 900_000 }, async (t) => {
    const whole = ordered ? [READER_OF_ALL, ...READERS_OF_ALL_TYPES] : READERS_OF_ALL_TYPES;
    const chaos = await Chaos.begin(t, { ...run, readers: [...whole, ...READERS_OF_A_PART] });
    const { draws, writers, plans } = chaos;
    const readers = plans.map((plan) => chaos.readers(plan));
    const quota = Math.ceil(events / (kills + 1));
    for (let life = 0; life < kills; life += 1) {
      writers.allow((life + 1) * quota);
      await writers.untilAcknowledged(life * quota + draws.whole(0, quota - 1));
      await chaos.restart(life % servers);
    }
    writers.allow(events);
    await chaos.check(readers, kills);
  });
}
