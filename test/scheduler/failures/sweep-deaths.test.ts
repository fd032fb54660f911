import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SweepAction } from '../../../src/scheduler/index.js';
import { Death, SweepWorld } from './sweep-world.js';

const COUNT = 10;
/** Batches of four. */
const PER_SECOND = 8;

/** A sweep in a world of its own, until its process dies. */
async function dying(action: SweepAction, death: Death): Promise<SweepWorld> {
  const world = new SweepWorld();
  for (let index = 0; index < COUNT; index += 1) world.failed(`e-${index}`);
  world.time.advance(1_000);
  await world.start({ application: 'app' }, { sweepId: 's', action, perSecond: PER_SECOND });
  const mortal = death.of(world.storage);
  for (;;) {
    try {
      const result = await world.call('s', mortal);
      if (result.kind === 'done') return world;
    } catch {
      assert.ok(death.came);
      return world;
    }
  }
}

/** What is replayed fires meanwhile: some of it fails again. */
async function fire(world: SweepWorld): Promise<void> {
  for (let index = 0; index < COUNT; index += 1) {
    const event = await world.find(`e-${index}`);
    if (event?.state.status !== 'PENDING') continue;
    world.failAgain(event, index % 2 === 0 ? 404 : 200);
  }
}

async function assertExact(world: SweepWorld, at: string): Promise<void> {
  const { state, matched, changed, overtaken, scanned } = await world.run('s');
  const counts = { state, matched, changed, overtaken, scanned };
  const wanted = { matched: COUNT, changed: COUNT, overtaken: 0, scanned: COUNT };
  assert.deepEqual(counts, { state: 'done', ...wanted }, at);
  for (let index = 0; index < COUNT; index += 1) {
    assert.equal(world.changesOf(`e-${index}`), 1, `e-${index} ${at}`);
  }
}

describe('a process that dies at any write of a sweep', () => {
  for (const action of ['replay', 'purge'] as const) {
    for (const side of ['before', 'after'] as const) {
      test(`${action}, ${side} the write: each entry once, counts exact`, async () => {
        let deaths = 0;
        for (let at = 1; ; at += 1) {
          const death = new Death(at, side);
          const world = await dying(action, death);
          if (!death.came) break;
          deaths += 1;
          world.time.advance(4_000);
          if (action === 'replay') await fire(world);
          await assertExact(world, `at ${at}`);
        }
        // ten entries, and the document for each batch and the end
        assert.ok(deaths >= COUNT + 4, `${deaths} deaths`);
      });
    }
  }
});

test('two that do the same turn at once change each entry once and count it once', async () => {
  const world = new SweepWorld();
  for (let index = 0; index < COUNT; index += 1) world.failed(`e-${index}`);
  world.time.advance(1_000);
  await world.start({ application: 'app' }, { sweepId: 's', perSecond: PER_SECOND });
  await Promise.all([world.call('s'), world.call('s')]);
  await assertExact(world, 'with two at once');
});

test('a clock that is set back between two turns changes nothing of it', async () => {
  const death = new Death(5, 'after');
  const world = await dying('replay', death);
  world.time.jumpWallTo(world.time.nowMs() - 3_600_000);
  await fire(world);
  await assertExact(world, 'an hour earlier');
});
