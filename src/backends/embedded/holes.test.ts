import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inDataDir, withBackend } from '../../../test/support/data-dir.js';
import { newUuid } from '../../../test/support/new-uuid.js';
import {
  ANY_VERSION,
  exactVersion,
  FEED_START,
  parseTypeCode,
  STREAM_EXISTS,
  type ExpectedVersion,
  type FeedCursor,
  type NewEvent,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type { AppendOutcome, Backend } from '../../storage/index.js';
import { DATA_FILE } from './data-dir.js';
import { readContents } from './index.js';
import { uuidBytes } from './uuid-bytes.js';
import { withTables } from './with-tables.js';

const RARE = typeOf(1);
const COMMON = typeOf(2);
const { signal } = new AbortController();

function typeOf(code: number): TypeCode {
  return parseTypeCode(code) ?? assert.fail();
}

function eventOf(bytes = 1, type: TypeCode = COMMON): NewEvent {
  const content = { kind: 'bytes', bytes: Buffer.alloc(bytes, 7) } as const;
  return { eventId: newUuid(), type, content, contentType: undefined, metadata: undefined };
}

async function append(
  { eventLog }: Backend,
  id: Uuid,
  events: readonly NewEvent[],
  expected: ExpectedVersion = ANY_VERSION,
): Promise<AppendOutcome | undefined> {
  const appends = [{ expected, events, freshIds: false }];
  const [outcome] = await eventLog.append({ stream: { id, name: undefined }, appends, signal });
  return outcome;
}

const threeParts = (): NewEvent[][] =>
  [2, 3, 2].map((length) => Array.from({ length }, () => eventOf()));

test('a retry across a row that is missing is no new append, and no conflict', async () => {
  await inDataDir(async (dataDir) => {
    const stream = newUuid();
    const parts = threeParts();
    await withBackend(dataDir, async (backend) => {
      for (const part of parts) await append(backend, stream, part);
    });
    await withTables(dataDir, ({ events }) => {
      const key = [...events.getKeys()][1] ?? assert.fail();
      events.removeSync(key);
    });
    await withBackend(dataDir, async (backend) => {
      for (const expected of [ANY_VERSION, STREAM_EXISTS, exactVersion(2)]) {
        const outcome = await append(backend, stream, parts[1] ?? [], expected);
        const code = outcome?.kind === 'unavailable' ? outcome.error.code : outcome?.kind;
        assert.equal(code, 'STREAM_CORRUPT');
      }
    });
  });
});

test('a version that an older program left unchecked and that reads 0 hides no events', async () => {
  await inDataDir(async (dataDir) => {
    const stream = newUuid();
    await withBackend(dataDir, async (backend) => {
      for (const part of threeParts()) await append(backend, stream, part);
    });
    await withTables(dataDir, ({ heads, meta }) => {
      meta.putSync(Buffer.from('unchecked'), Buffer.from([0, 0, 0, 0, 0, 7]));
      heads.putSync(uuidBytes(stream), Buffer.alloc(4));
    });
    await withBackend(dataDir, async (backend) => {
      const outcome = await append(backend, stream, [eventOf()]);
      assert.ok(outcome?.kind === 'unavailable' && outcome.error.code === 'STREAM_CORRUPT');
    });
  });
});

test('rows that are missing in the table and in the index are noticed in a backup', async () => {
  await inDataDir(async (dataDir) => {
    const file = join(dataDir, DATA_FILE);
    await withBackend(dataDir, async (backend) => {
      for (const part of threeParts()) await append(backend, newUuid(), part);
    });
    assert.equal((await readContents(file)).events, 7);
    await withTables(dataDir, ({ events, byPosition }) => {
      const { key, value } = [...byPosition.getRange({})][1] ?? assert.fail();
      byPosition.removeSync(key);
      events.removeSync(value);
    });
    await assert.rejects(readContents(file), { code: 'DATA_DIR_INVALID' });
  });
});

test('an event does not keep the bytes of its block, and rare ones come in more pages', async () => {
  const count = 300;
  await inDataDir((dataDir) =>
    withBackend(dataDir, async (backend) => {
      const appended = Array.from({ length: count }, () =>
        append(backend, newUuid(), [eventOf(60_000), eventOf(1, RARE)]),
      );
      await Promise.all(appended);
      const rules = { types: [RARE], limit: 10_000, bytesMax: 1e9, boundary: 'event' } as const;
      const pages: number[] = [];
      let after: FeedCursor = FEED_START;
      for (let caughtUp = false; !caughtUp; ) {
        const page = await backend.eventLog.readByType({ ...rules, after });
        for (const { content } of page.events) {
          assert.ok(content.kind === 'bytes' && content.bytes.buffer.byteLength < 60_000);
        }
        pages.push(page.events.length);
        ({ next: after, caughtUp } = page);
      }
      assert.ok(pages.length === 2, `pages of ${pages.join(', ')}`);
      assert.equal(pages[0] ?? 0, count - (pages[1] ?? 0));
      const whole = { ...rules, boundary: 'millisecond', after: FEED_START } as const;
      const { events } = await backend.eventLog.readByType(whole);
      assert.equal(events.length, count, 'milliseconds are never torn');
    }),
  );
});
