import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PRECISE_TYPE, type Stage } from './stage.js';

const STREAMS = 12;
const POLL = { types: [PRECISE_TYPE], limit: 100, waitMs: 1_000 };

/** Rows of the view come late: a reader by type waits for them and misses none. */
export async function holdView(stage: Stage): Promise<void> {
  const reader = stage.client(stage.store(1), true);
  let cursor: string | undefined;
  const seen: string[] = [];
  const pages: string[] = [];
  const poll = async (): Promise<boolean> => {
    const page = await reader.poll({ ...POLL, cursor });
    cursor = page.nextCursor;
    const own = page.events.filter(({ stream }) => stream.startsWith(stage.stream));
    seen.push(...own.map(({ data }) => String(data)));
    pages.push(`${page.events.length}${page.caughtUp ? '' : '…'}`);
    return page.caughtUp && page.events.length === 0;
  };
  await stage.until('the reader is at the end', poll);

  const acted = async (): Promise<number[]> =>
    Promise.all(stage.world.nodes.map(({ switches }) => switches.acted('hold-view')));
  const before = await acted();
  await Promise.all(stage.world.nodes.map(({ switches }) => switches.on('hold-view')));
  const appends = Array.from({ length: STREAMS }, () =>
    stage.newAppend(0, 2, `${stage.stream}-${randomUUID()}`),
  );
  const written = Promise.all(appends.map((append) => stage.settle(stage.store(0), append)));
  let done = false;
  void written.then(
    () => (done = true),
    () => (done = true),
  );
  await stage.until('all is written', async () => {
    await poll();
    return done;
  });
  assert.deepEqual(new Set(await written), new Set(['ok']));
  await Promise.all(stage.world.nodes.map(({ switches }) => switches.off('hold-view')));
  assert.notDeepEqual(await acted(), before);
  const expected = appends.flatMap(({ ids }) => ids);
  await stage.until('the reader has all', async () => {
    await poll();
    return seen.length >= expected.length;
  });
  await stage.until('nothing more comes', poll);
  assert.deepEqual([...seen].sort(), [...expected].sort(), `pages of ${pages.join(' ')}`);
}
