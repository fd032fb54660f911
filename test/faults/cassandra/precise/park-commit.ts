import assert from 'node:assert/strict';
import type { Stage } from './stage.js';

/** The coordinator dies between accept and commit: a retry through another server settles it. */
export async function parkCommitKilled(stage: Stage): Promise<void> {
  const first = stage.newAppend(0, 1);
  assert.equal(await stage.settle(stage.store(0), first), 'ok');
  const parked = stage.newAppend(1, 3);
  const { hit } = await stage.once('park-commit');
  const tried = stage.tryAppend(stage.store(0), parked);
  const { node } = await hit;
  await node.kill();
  assert.equal(await stage.settle(stage.store(1), parked), 'ok');
  assert.notEqual(await tried, 'conflict');
  assert.deepEqual(await stage.read(stage.store(1)), [...first.ids, ...parked.ids]);
  const after = stage.newAppend(4, 1);
  assert.equal(await stage.settle(stage.store(0), after), 'ok');
}
