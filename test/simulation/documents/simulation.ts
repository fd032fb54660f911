import assert from 'node:assert/strict';
import { Client } from './client.js';
import { stands } from './document-state.js';
import { SimulatedServer } from './server.js';
import { World } from './world.js';

const SERVERS = 3;
const CLIENTS = 4;
const STEPS = 12;
const LIMIT_MS = 1_000_000;
/** Until what is under way has come to an end. */
const QUIET_MS = 40_000;

/** Clients that change the same few documents through servers that die, over a bad network. */
export async function simulate(seed: number): Promise<ReadonlyMap<string, number>> {
  const world = new World(seed);
  const { draws, time } = world;
  const servers = Array.from({ length: SERVERS }, () => new SimulatedServer(world));
  const asked = new Map<string, number>();
  const clients = Array.from(
    { length: CLIENTS },
    () => new Client(world, () => draws.pick(servers), asked),
  );
  const failed: unknown[] = [];
  let working = CLIENTS;
  for (const client of clients) {
    client
      .run(STEPS)
      .catch((error: unknown) => failed.push(error))
      .finally(() => (working -= 1));
  }
  const disturb = (): void => {
    if (world.calm) return;
    const index = draws.whole(0, SERVERS - 1);
    servers[index]?.kill();
    servers[index] = new SimulatedServer(world);
    world.count('killed');
    time.after(draws.skewed(500, 60_000), disturb);
  };
  time.after(draws.skewed(500, 60_000), disturb);
  await time.run(() => working === 0 || failed.length > 0, LIMIT_MS);
  if (failed.length > 0) throw failed[0];
  world.calm = true;
  const quietMs = time.nowMs + QUIET_MS;
  time.after(QUIET_MS, () => undefined);
  await time.run(() => time.nowMs >= quietMs && world.awaited === 0, quietMs + QUIET_MS);
  await finalChecks(world, asked);
  return world.counts;
}

async function finalChecks(world: World, asked: ReadonlyMap<string, number>): Promise<void> {
  for (const [name, reigns] of world.reigns) {
    const written = new Map<string, number>();
    for (const { row } of reigns) {
      if (row !== undefined) written.set(row.change, (written.get(row.change) ?? 0) + 1);
    }
    for (const [change, times] of written) {
      // a removal has a name of its own in each call
      assert.ok(times <= (asked.get(change) ?? 1), `${name}: ${change} was written ${times} times`);
    }
  }
  const server = new SimulatedServer(world);
  let listed: string[] | undefined;
  const query = { scope: 's', prefix: '', after: undefined, limit: 10 };
  void server.documents.list(query).then(({ documents }) => {
    listed = documents.map(({ key }) => key.id);
  });
  const endMs = world.time.nowMs + QUIET_MS;
  await world.time.run(() => listed !== undefined, endMs);
  const live = [...world.documents.registers].filter(([, { decided, expiresMs }]) => {
    const untilMs = Math.min(expiresMs, decided?.expiresMs ?? Infinity);
    return decided?.content !== undefined && untilMs > world.trueMs;
  });
  assert.deepEqual(listed, live.map(([name]) => name.slice(2)).sort(), 'lists show what there is');
  for (const [name, { decided }] of live) {
    const cell = world.documents.listings.get(`${name}\0${decided?.listing}`);
    assert.ok(stands(cell, world.trueMs), `${name} has its listing`);
    assert.ok(cell.expiresMs >= (decided?.expiresMs ?? Infinity), `${name} keeps its listing`);
  }
}
