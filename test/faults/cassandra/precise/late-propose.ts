import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PARK_MS } from '../rules.js';
import type { Append, Stage } from './stage.js';

/** When a proposal that was parked has surely been made, and its end seen. */
const OVER_MS = PARK_MS + 3_000;

async function started(stage: Stage): Promise<{ readonly first: Append; readonly late: Append }> {
  const first = stage.newAppend(0, 1);
  assert.equal(await stage.settle(stage.store(0), first), 'ok');
  return { first, late: stage.newAppend(1, 2) };
}

/** The client gives up, the write begins later, the client repeats it: it is there once. */
export async function lateProposeRetried(stage: Stage): Promise<void> {
  const { first, late } = await started(stage);
  const { hit } = await stage.once('late-propose');
  const tried = stage.tryAppend(stage.store(0), late);
  await hit;
  const atMs = performance.now();
  assert.equal(await stage.settle(stage.store(1), late), 'ok');
  await tried;
  await sleep(Math.max(0, OVER_MS - (performance.now() - atMs)));
  assert.deepEqual(await stage.read(stage.store(1)), [...first.ids, ...late.ids]);
}

/** Another writer is first: the conflict is definite, and the late write never applies. */
export async function lateProposeOvertaken(stage: Stage): Promise<void> {
  const { first, late } = await started(stage);
  const { hit } = await stage.once('late-propose');
  const tried = stage.tryAppend(stage.store(0), late);
  await hit;
  const atMs = performance.now();
  await stage.store(0).kill();
  assert.equal(await tried, 'unknown');
  const other = stage.newAppend(1, 1);
  assert.equal(await stage.settle(stage.store(1), other), 'ok');
  assert.equal(await stage.settle(stage.store(1), late), 'conflict');
  await sleep(Math.max(0, OVER_MS - (performance.now() - atMs)));
  assert.equal(await stage.settle(stage.store(1), late), 'conflict');
  assert.deepEqual(await stage.read(stage.store(1)), [...first.ids, ...other.ids]);
}

/** Nobody looks until it is over: what the late write left behind is settled by a retry. */
export async function lateProposeAlone(stage: Stage): Promise<void> {
  const { first, late } = await started(stage);
  const { hit } = await stage.once('late-propose');
  const tried = stage.tryAppend(stage.store(0), late);
  await hit;
  await stage.store(0).kill();
  assert.equal(await tried, 'unknown');
  await sleep(OVER_MS);
  assert.equal(await stage.settle(stage.store(1), late), 'ok');
  assert.deepEqual(await stage.read(stage.store(1)), [...first.ids, ...late.ids]);
}
