import assert from 'node:assert/strict';
import type { Stats } from 'node:fs';
import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { open as openLmdb } from 'lmdb';
import { inDataDir, openAt } from '../../../test/support/data-dir.js';
import { checkHeads } from './data-dir.js';
import { DATA_FORMAT, writeFormat } from './format.js';
import { withTables } from './with-tables.js';

/** A folder in which the data have been made and closed again. */
async function inFolder(body: (dataDir: string, file: string) => Promise<void>): Promise<void> {
  await inDataDir(async (dataDir) => {
    await (await openAt(dataDir)).close();
    await body(dataDir, join(dataDir, 'cassadra.mdb'));
  });
}

test('data of a newer format are refused and left as they are', async () => {
  await inFolder(async (dataDir) => {
    await withTables(dataDir, ({ meta }) => writeFormat(meta, DATA_FORMAT + 1));
    await assert.rejects(openAt(dataDir), { code: 'DATA_FORMAT_NEWER' });
    await assert.rejects(
      openAt(dataDir),
      new RegExp(`format ${DATA_FORMAT + 1}`),
      'it says which format it found',
    );
  });
});

test('an LMDB file of another program is refused and left as it is', async () => {
  await inFolder(async (dataDir, file) => {
    await rm(file);
    const foreign = openLmdb<string, string>({ path: file, noSubdir: true });
    await foreign.openDB<string, string>('orders', {}).put('key', 'value');
    await foreign.close();
    await assert.rejects(openAt(dataDir), { code: 'DATA_DIR_INVALID' });
    const again = openLmdb<string, string>({ path: file, noSubdir: true });
    assert.deepEqual([...again.getKeys()], ['orders']);
    await again.close();
  });
});

test('a file that is no data file is refused before LMDB maps it', async () => {
  await inFolder(async (dataDir, file) => {
    await writeFile(file, Buffer.alloc(100_000, 'not a data file '));
    await assert.rejects(openAt(dataDir), { code: 'DATA_DIR_INVALID' });
    assert.equal((await readFile(file)).length, 100_000);
  });
});

for (const bytes of [100, 4_096, 8_192]) {
  test(`a data file cut off after ${bytes} bytes is refused`, async () => {
    await inFolder(async (dataDir, file) => {
      await truncate(file, bytes);
      await assert.rejects(openAt(dataDir), { code: 'DATA_DIR_INVALID' });
    });
  });
}

test('a file that another server makes longer meanwhile is not taken for one cut off', async () => {
  await inFolder((dataDir, path) =>
    withTables(dataDir, async ({ events }) => {
      const file = await open(path, 'r');
      const stat = async (): Promise<Stats> => {
        const found = await file.stat();
        const key = Buffer.from('large');
        await events.put(key, Buffer.alloc(1_000_000));
        return found;
      };
      try {
        for (let round = 0; round < 3; round += 1) {
          await checkHeads({ stat, read: file.read.bind(file) });
        }
      } finally {
        await file.close();
      }
    }),
  );
});

test('an empty file is taken for a new one', async () => {
  await inFolder(async (dataDir, file) => {
    await truncate(file, 0);
    await (await openAt(dataDir)).close();
  });
});
