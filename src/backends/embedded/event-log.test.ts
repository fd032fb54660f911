import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDataDir, withBackend } from '../../../test/support/data-dir.js';
import { newUuid } from '../../../test/support/new-uuid.js';
import {
  ANY_VERSION,
  FEED_START,
  parseTypeCode,
  type FeedCursor,
  type NewEvent,
  type RecordedEvent,
  type StreamAppend,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type { AppendOutcome, Backend, FeedPage } from '../../storage/index.js';
import { CHECKSUM_BYTES, checksumOf } from './checksum.js';
import { writeFormat } from './format.js';
import { LEDGER_KEY } from './ledger.js';
import { LAYOUT } from './schema.js';
import { withTables } from './with-tables.js';

/** Programs of format 4 take a ledger of this length only. */
const FORMAT_4_LEDGER_BYTES = 49;

const TYPES: readonly TypeCode[] = [1, 2, 3].flatMap((code) => parseTypeCode(code) ?? []);
const { signal } = new AbortController();

/** Every third one is of type 1, every 50th of type 3. */
function eventOf(index: number): NewEvent {
  const type = TYPES[index % 50 === 0 ? 2 : index % 3 === 0 ? 0 : 1] ?? assert.fail();
  const content = { kind: 'text', text: `event ${index}` } as const;
  return { eventId: newUuid(), type, content, contentType: undefined, metadata: undefined };
}

async function append(
  { eventLog }: Backend,
  id: Uuid,
  ...appends: readonly StreamAppend[]
): Promise<readonly AppendOutcome[]> {
  return eventLog.append({ stream: { id, name: undefined }, appends, signal });
}

const anyOf = (events: readonly NewEvent[]): StreamAppend => {
  return { expected: ANY_VERSION, events, freshIds: false };
};

const idOf = ({ eventId }: RecordedEvent | NewEvent): Uuid | undefined => eventId;

async function wholeFeed(
  page: (after: FeedCursor) => Promise<FeedPage>,
  pageMax: number,
): Promise<(Uuid | undefined)[]> {
  const found: (Uuid | undefined)[] = [];
  let after: FeedCursor = FEED_START;
  for (;;) {
    const { events, next, caughtUp } = await page(after);
    assert.ok(events.length <= pageMax);
    found.push(...events.map(idOf));
    if (caughtUp) return found;
    after = next;
  }
}

/** Two streams in turns, in appends of very different length: more than a block takes, too. */
async function written(backend: Backend): Promise<{ streams: Uuid[]; events: NewEvent[] }> {
  const streams = [newUuid(), newUuid()];
  const events: NewEvent[] = [];
  for (const [turn, length] of [1, 1_000, 7, 256, 257, 1, 40].entries()) {
    const part = Array.from({ length }, (_, index) => eventOf(events.length + index));
    const [outcome] = await append(backend, streams[turn % 2] ?? assert.fail(), anyOf(part));
    assert.equal(outcome?.kind, 'appended');
    events.push(...part);
  }
  return { streams, events };
}

test('feeds go on within an append, wherever a page has ended', async () => {
  await inDataDir((dataDir) =>
    withBackend(dataDir, async (backend) => {
      const { eventLog } = backend;
      const { events } = await written(backend);
      for (const limit of [1, 3, 100, 255, 10_000]) {
        const rules = { limit, bytesMax: 1e9, boundary: 'event' } as const;
        const all = await wholeFeed((after) => eventLog.readAll({ ...rules, after }), limit);
        assert.deepEqual(all, events.map(idOf), `limit ${limit}`);
        for (const types of [TYPES.slice(0, 1), TYPES.slice(1), TYPES]) {
          const page = (after: FeedCursor) => eventLog.readByType({ ...rules, types, after });
          const wanted = events.filter(({ type }) => types.includes(type));
          assert.deepEqual(await wholeFeed(page, limit), wanted.map(idOf), `limit ${limit}`);
        }
      }
    }),
  );
});

test('a stream is read from and to any version, in both directions', async () => {
  await inDataDir((dataDir) =>
    withBackend(dataDir, async (backend) => {
      const { streams } = await written(backend);
      const stream = streams[1] ?? assert.fail();
      const end = 1_000 + 256 + 1;
      const cases = [1, 2, 256, 257, 700, 1_000, 1_001, end].flatMap((fromVersion) =>
        [1, 2, 300, 2_000].flatMap((limit) => [
          { direction: 'forward', fromVersion, limit } as const,
          { direction: 'backward', fromVersion, limit } as const,
        ]),
      );
      for (const query of cases) {
        const { direction, fromVersion, limit } = query;
        const found: number[] = [];
        for await (const chunk of backend.eventLog.readStream({ stream, ...query })) {
          found.push(...chunk.map(({ version }) => version));
        }
        const isForward = direction === 'forward';
        const count = Math.min(limit, isForward ? end - fromVersion + 1 : fromVersion);
        const step = isForward ? 1 : -1;
        const wanted = Array.from({ length: count }, (_, index) => fromVersion + step * index);
        assert.deepEqual(found, wanted, `${direction} from ${fromVersion}, ${limit}`);
      }
    }),
  );
});

test('an earlier try is found within its window, in blocks and across them', async () => {
  await inDataDir((dataDir) =>
    withBackend(dataDir, async (backend) => {
      const stream = newUuid();
      const parts: NewEvent[][] = [];
      for (const length of [1, 1, 90, 300, 31, 1, 33, 500]) {
        const part = Array.from({ length }, (_, index) => eventOf(index));
        await append(backend, stream, anyOf(part));
        parts.push(part);
      }
      let firstVersion = 1;
      for (const part of parts) {
        const [outcome] = await append(backend, stream, anyOf(part));
        const lastVersion = firstVersion + part.length - 1;
        const found = outcome?.kind === 'duplicate' && [outcome.firstVersion, outcome.lastVersion];
        assert.deepEqual(found, [firstVersion, lastVersion]);
        firstVersion = lastVersion + 1;
      }
      const torn = [...(parts[2] ?? []).slice(0, 2), eventOf(0)];
      const [outcome] = await append(backend, stream, anyOf(torn));
      assert.ok(outcome?.kind === 'invalid' && outcome.error.code === 'EVENT_ID_REUSED');
    }),
  );
});

test('where ids have been looked up makes no difference, nor does damage to what was kept', async () => {
  await inDataDir(async (dataDir) => {
    const stream = newUuid();
    const parts = [40, 60].map((length) => Array.from({ length }, (_, index) => eventOf(index)));
    const expectFound = (): Promise<void> =>
      withBackend(dataDir, async (backend) => {
        for (const part of parts) {
          const [outcome] = await append(backend, stream, anyOf(part));
          assert.equal(outcome?.kind, 'duplicate');
        }
      });
    await withBackend(dataDir, async (backend) => {
      for (const part of parts) await append(backend, stream, anyOf(part));
    });
    await expectFound();
    await withTables(dataDir, ({ root, idPages }) => {
      const rows = [...idPages.getRange({})];
      assert.equal(rows.length, 3, 'of 32 versions each');
      root.transactionSync(() => {
        for (const [index, { key, value }] of rows.entries()) {
          const other = Buffer.from(value).fill(0, 0, 16);
          if (index === 0) idPages.removeSync(key);
          else idPages.putSync(key, index === 1 ? other : value.subarray(1));
        }
      });
    });
    await expectFound();
  });
});

/** A ledger as format 4 has it. */
function formatFour(ledger: Buffer): Buffer {
  const checked = Buffer.alloc(FORMAT_4_LEDGER_BYTES - CHECKSUM_BYTES);
  ledger.copy(checked, 0, 0, checked.length - 1);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(checksumOf(LEDGER_KEY, checked));
  return Buffer.concat([checked, checksum]);
}

test('a folder of format 4 loses its index of ids, and earlier tries are found all the same', async () => {
  await inDataDir(async (dataDir) => {
    const stream = newUuid();
    // one event a row, as it had them
    const tries = Array.from({ length: 40 }, (_, index) => anyOf([eventOf(index)]));
    const send = (kind: AppendOutcome['kind']): Promise<void> =>
      withBackend(dataDir, async (backend) => {
        for (const one of tries) {
          const [outcome] = await append(backend, stream, one);
          assert.equal(outcome?.kind, kind);
        }
      });
    await send('appended');
    await withTables(dataDir, ({ root, meta }) => {
      const ledger = meta.get(LEDGER_KEY) ?? assert.fail();
      const ids = root.openDB<Buffer, Buffer>('event_ids', LAYOUT);
      root.transactionSync(() => {
        meta.putSync(LEDGER_KEY, formatFour(ledger));
        writeFormat(meta, 4);
        for (let id = 0; id < 1_000; id += 1) ids.putSync(Buffer.alloc(36, id), Buffer.alloc(0));
      });
    });
    await send('duplicate');
    await withTables(dataDir, ({ root, uncheckedTo, meta }) => {
      assert.ok(![...root.getKeys()].some((name) => name.toString().startsWith('event_ids')));
      assert.equal(uncheckedTo, 0, 'its events have checksums');
      assert.notEqual(meta.get(LEDGER_KEY)?.length, FORMAT_4_LEDGER_BYTES);
    });
    await withBackend(dataDir, async (backend) => {
      const [outcome] = await append(backend, stream, anyOf([eventOf(0), eventOf(1)]));
      assert.equal(outcome?.kind === 'appended' && outcome.lastVersion, 42);
    });
  });
});
