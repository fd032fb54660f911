import assert from 'node:assert/strict';
import type { Stage } from './stage.js';

const FIRST = 10;
const MORE = 3;
const PAGE = 5;

/**
 * A commit reaches one replica, and its server dies. Reads of one page repair the other replicas
 * for the rows of that page and for the static columns: these then say that the stream is longer
 * than its rows are. A read that meets them must settle the write, not call the stream corrupt.
 */
export async function oneReplicaCommit(stage: Stage): Promise<void> {
  const [writer, reader] = [stage.store(0), stage.store(1)];
  const [first, second, third] = [stage.node(0), stage.node(1), stage.node(2)];
  const start = stage.newAppend(0, FIRST);
  assert.equal(await stage.settle(writer, start), 'ok');

  const more = stage.newAppend(FIRST, MORE);
  const before = await Promise.all([second, third].map((n) => n.switches.acted('drop-commit')));
  await Promise.all([second, third].map(({ switches }) => switches.on('drop-commit')));
  const tried = stage.tryAppend(writer, more);
  await stage.until('two replicas drop the commit', async () => {
    const counts = await Promise.all([second, third].map((n) => n.switches.acted('drop-commit')));
    return counts.every((count, index) => count > (before[index] ?? 0));
  });
  // it would settle the write
  await writer.kill();
  await Promise.all([second, third].map(({ switches }) => switches.off('drop-commit')));
  assert.equal(await tried, 'unknown');

  const withoutThird = await stage.world.network.isolate(third.name);
  assert.deepEqual(await stage.read(reader, PAGE), start.ids.slice(0, PAGE));
  await withoutThird();
  const withoutFirst = await stage.world.network.isolate(first.name);
  const all = [...start.ids, ...more.ids];
  const seen = await stage.read(reader);
  // where the first one was slow to commit, nobody knows of the write yet: none of it, never a part
  assert.deepEqual(seen, seen.length === FIRST ? start.ids : all);
  await withoutFirst();
  assert.equal(await stage.settle(reader, more), 'ok');
  assert.deepEqual(await stage.read(reader), all);
}
