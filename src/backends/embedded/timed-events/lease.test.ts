import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDataDir } from '../../../../test/support/data-dir.js';
import { newUuid } from '../../../../test/support/new-uuid.js';
import { SavetimeAllocator } from '../../../core/index.js';
import { FakeTime, silentLogger, systemComponents } from '../../../runtime/index.js';
import { prepareDataDir } from '../data-dir.js';
import { Engine } from '../engine.js';
import { GroupCommit } from '../group-commit.js';
import { openTables } from '../schema.js';
import { uuidBytes } from '../uuid-bytes.js';
import { Lease } from './lease.js';
import { Peers } from './peers.js';

interface Opened {
  readonly engine: Engine;
  readonly time: FakeTime;
}

/** An empty data directory, under a time that stands still. */
async function withEngine(body: (opened: Opened) => Promise<void>): Promise<void> {
  await inDataDir(async (dataDir) => {
    const tables = await openTables(await prepareDataDir(dataDir));
    const writer = { id: uuidBytes(newUuid()), allocator: new SavetimeAllocator() };
    const commits = new GroupCommit(tables, writer, systemComponents(silentLogger));
    const engine = new Engine(tables, commits, writer);
    try {
      await body({ engine, time: new FakeTime() });
    } finally {
      await engine.close();
    }
  });
}

test('a lease holds for 3 s from the begin of a beat; after a gap its epoch is another', async () => {
  await withEngine(async ({ engine, time }) => {
    const lease = new Lease(engine, newUuid(), time);
    assert.equal(lease.holding, false);
    await lease.beat();
    assert.deepEqual([lease.holding, lease.epoch], [true, 1]);
    time.advance(2_999);
    assert.equal(lease.holding, true);
    await lease.beat();
    assert.equal(lease.epoch, 1, 'in time');
    time.advance(3_000);
    assert.equal(lease.holding, false);
    await lease.beat();
    assert.deepEqual([lease.holding, lease.epoch], [true, 2]);
  });
});

test('a beat that takes too long to reach the disk keeps nothing', async () => {
  await withEngine(async ({ engine, time }) => {
    const lease = new Lease(engine, newUuid(), time);
    await lease.beat();
    time.advance(1_000);
    const beating = lease.beat();
    time.advance(2_500);
    await beating;
    assert.deepEqual([lease.holding, lease.epoch], [true, 2]);
  });
});

test('a poller is gone 3.5 s after its last beat was seen first, or once its row is', async () => {
  await withEngine(async ({ engine, time }) => {
    const [id, own] = [newUuid(), newUuid()];
    const lease = new Lease(engine, id, time);
    await lease.beat();
    const peers = new Peers(own, time);
    const isGone = (epoch = 1) => peers.isGone(engine.snapshot(), { poller: id, epoch });
    time.advance(10_000);
    assert.equal(isGone(), false, 'seen for the first time');
    time.advance(3_499);
    assert.equal(isGone(), false);
    time.advance(1);
    assert.equal(isGone(), true);
    await lease.beat();
    assert.equal(lease.epoch, 2);
    assert.equal(isGone(1), true, 'its earlier epoch stays lost');
    assert.equal(isGone(2), false);
    await lease.close();
    assert.equal(isGone(2), true, 'at once');
    assert.equal(lease.holding, false);
  });
});

test('whoever takes a poller for gone is right: it holds nothing by then', async () => {
  await withEngine(async ({ engine, time }) => {
    const [id, own] = [newUuid(), newUuid()];
    const lease = new Lease(engine, id, time);
    const peers = new Peers(own, time);
    await lease.beat();
    for (let step = 0; step < 200; step += 1) {
      const epoch = lease.epoch;
      if (peers.isGone(engine.snapshot(), { poller: id, epoch })) {
        assert.ok(!lease.holding || lease.epoch > epoch, `step ${step}`);
      }
      const beating = step % 7 === 0 ? lease.beat() : undefined;
      time.advance((step * 131) % 900);
      await beating;
    }
  });
});

test('rows of pollers that were killed long ago are removed, others are not', async () => {
  await withEngine(async ({ engine, time }) => {
    const [dead, living, own] = [newUuid(), newUuid(), newUuid()];
    const leases = [dead, living].map((id) => new Lease(engine, id, time));
    for (const lease of leases) await lease.beat();
    const peers = new Peers(own, time);
    peers.look(engine.snapshot());
    time.advance(60_000);
    assert.equal(peers.hasForgotten, true);
    await leases[1]?.beat();
    await engine.write(() => peers.removeForgotten(engine.tables));
    const rows = [...engine.snapshot().timedPollers.getKeys()];
    assert.deepEqual(rows, [uuidBytes(living)]);
  });
});
