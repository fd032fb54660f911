import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FileSavetimeCheckpoints } from './savetime-checkpoints.js';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cassadra-checkpoint-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('places are kept by type and read back', async (t) => {
  const directory = await folder(t);
  const path = join(directory, 'places.json');
  const store = new FileSavetimeCheckpoints(path);
  assert.deepEqual(await store.load(), new Map());
  await Promise.all([store.save(1, 5), store.save(3, 6), store.save(1, 7), store.save(-2, 8)]);
  const places = new Map([
    [1, 7],
    [3, 6],
    [-2, 8],
  ]);
  const again = new FileSavetimeCheckpoints(path);
  assert.deepEqual(await again.load(), places);
  await again.save(3, 9);
  assert.deepEqual(await new FileSavetimeCheckpoints(path).load(), places.set(3, 9));
  assert.deepEqual(await readdir(directory), ['places.json'], 'nothing is left beside it');
});

test('a file of something else is refused, not overwritten', async (t) => {
  const path = join(await folder(t), 'places.json');
  for (const text of ['', '{', '[]', '{"format":2,"since":{}}', '{"format":1,"since":{"a":"b"}}']) {
    await writeFile(path, text);
    await assert.rejects(new FileSavetimeCheckpoints(path).load(), /is not a checkpoint file/);
    assert.equal(await readFile(path, 'utf8'), text);
  }
});

test('a place that cannot be saved is an error', async (t) => {
  const store = new FileSavetimeCheckpoints(join(await folder(t), 'missing', 'places.json'));
  await assert.rejects(store.save(1, 5), { code: 'ENOENT' });
});
