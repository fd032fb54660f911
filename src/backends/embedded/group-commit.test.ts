import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDataDir } from '../../../test/support/data-dir.js';
import { newUuid } from '../../../test/support/new-uuid.js';
import { SavetimeAllocator } from '../../core/index.js';
import { silentLogger, systemComponents } from '../../runtime/index.js';
import { GroupCommit } from './group-commit.js';
import type { Tables } from './schema.js';
import { uuidBytes } from './uuid-bytes.js';
import { withTables } from './with-tables.js';

async function withCommits(
  body: (commits: GroupCommit, tables: Tables) => Promise<void>,
): Promise<void> {
  await inDataDir((dataDir) =>
    withTables(dataDir, async (tables) => {
      const writer = { id: uuidBytes(newUuid()), allocator: new SavetimeAllocator() };
      const commits = new GroupCommit(tables, writer, systemComponents(silentLogger));
      try {
        await body(commits, tables);
      } finally {
        await commits.stop('the test is over');
      }
    }),
  );
}

test('one that throws amid its writes leaves nothing, and its group is written without it', async () => {
  await withCommits(async (commits, { names }) => {
    const put = (name: string): void => names.putSync(Buffer.from(name), Buffer.from(name));
    const ended = await Promise.allSettled([
      commits.submit(() => put('a')),
      commits.submit(() => {
        put('b');
        throw new RangeError('in the middle');
      }),
      commits.submit(() => put('c')),
    ]);
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(ended[1]?.status === 'rejected' && ended[1].reason instanceof RangeError);
    assert.deepEqual([...names.getKeys()].map(String), ['a', 'c']);
  });
});

test('stopping waits for what was submitted and refuses what comes after', async () => {
  await withCommits(async (commits, { names }) => {
    const put = commits.submit(() => names.putSync(Buffer.from('a'), Buffer.from('1')));
    const stop = commits.stop('enough');
    await assert.rejects(
      commits.submit(() => undefined),
      { code: 'UNAVAILABLE' },
    );
    await stop;
    await put;
    assert.equal(names.get(Buffer.from('a'))?.toString(), '1');
  });
});

test('what waits goes into groups of bounded size, all of it', async () => {
  await withCommits(async (commits, { names }) => {
    const ledgers = new Set<unknown>();
    const jobs = Array.from({ length: 10 }, (_, index) =>
      commits.submit((ledger) => {
        ledgers.add(ledger);
        return names.putSync(Buffer.from([1 + index]), Buffer.from('1'));
      }, 8 * 1_048_576),
    );
    await Promise.all(jobs);
    assert.equal(names.getCount(), 10);
    assert.equal(ledgers.size, 5, 'two of 8 MiB fit into a group of 16 MiB');
  });
});
