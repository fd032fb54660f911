import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { inDataDir, openAt, withBackend } from '../../../test/support/data-dir.js';
import { newUuid } from '../../../test/support/new-uuid.js';
import { ANY_VERSION, FEED_START, parseTypeCode } from '../../core/index.js';
import type { NewEvent, RecordedEvent, TypeCode } from '../../core/index.js';
import type { Backend } from '../../storage/index.js';
import { DATA_FORMAT, UPGRADE_KEY, writeFormat } from './format.js';
import { LEDGER_KEY } from './ledger.js';
import { LAYOUT } from './schema.js';
import { fillStep } from './upgrade.js';
import { withTables } from './with-tables.js';

/** The first format's programs take a ledger of this length only. */
const FIRST_LEDGER_BYTES = 44;
const TYPES: readonly TypeCode[] = [-3, 0, 1, 7, 2_147_483_647].flatMap(
  (code) => parseTypeCode(code) ?? [],
);

/** A folder of format 1 with `count` events in it. */
async function inOldFolder(count: number, body: (dataDir: string) => Promise<void>): Promise<void> {
  await inDataDir(async (dataDir) => {
    await withBackend(dataDir, async (backend) => {
      for (let left = count; left > 0; left -= 1_000) await append(backend, Math.min(left, 1_000));
    });
    await withTables(dataDir, ({ root, meta, byPosition }) => {
      byPosition.dropSync();
      const ids = root.openDB<Buffer, Buffer>('event_ids', LAYOUT);
      root.transactionSync(() => {
        for (let id = 0; id < count; id += 1) ids.putSync(idKey(id), Buffer.alloc(0));
        const ledger = meta.get(LEDGER_KEY);
        if (ledger !== undefined) meta.putSync(LEDGER_KEY, ledger.subarray(0, FIRST_LEDGER_BYTES));
        writeFormat(meta, 1);
      });
    });
    await body(dataDir);
  });
}

/** As long as one of `event_ids`. */
function idKey(id: number): Buffer {
  const key = Buffer.alloc(36);
  key.writeUInt32BE(id, 0);
  return key;
}

/** One event a row, as programs up to format 4 write them. */
async function append({ eventLog }: Backend, count: number): Promise<void> {
  const stream = { id: newUuid(), name: undefined };
  const { signal } = new AbortController();
  const written = Array.from({ length: count }, async (_, index) => {
    const appends = [{ expected: ANY_VERSION, events: [eventOf(index)], freshIds: true }];
    const [outcome] = await eventLog.append({ stream, appends, signal });
    assert.equal(outcome?.kind, 'appended');
  });
  await Promise.all(written);
}

function eventOf(index: number): NewEvent {
  const eventId = newUuid();
  const type = TYPES[(index * index) % TYPES.length] ?? assert.fail();
  const content = { kind: 'text', text: 'x' } as const;
  return { eventId, type, content, contentType: undefined, metadata: undefined };
}

/** Demands that the feed of all holds `count` events, and those of the types the same ones. */
async function expectWhole({ eventLog }: Backend, count: number): Promise<void> {
  const query = { after: FEED_START, limit: count + 1, bytesMax: 1e9, boundary: 'event' } as const;
  const { events, caughtUp } = await eventLog.readAll(query);
  assert.equal(events.length, count);
  assert.ok(caughtUp);
  const merged = await eventLog.readByType({ ...query, types: TYPES });
  assert.deepEqual(events.map(idOf), merged.events.map(idOf));
}

function idOf({ eventId }: RecordedEvent): string | undefined {
  return eventId;
}

/** After which step of the upgrade a process is killed; `held`: it goes no further by itself. */
interface KillPoint {
  readonly step: number;
  readonly held: boolean;
}

/** A process that opens the folder and appends three times, unless it is killed. */
async function runOpener(dataDir: string, kill?: KillPoint): Promise<number | null> {
  const door = JSON.stringify(new URL('./index.js', import.meta.url).href);
  const own = JSON.stringify(new URL('../../runtime/index.js', import.meta.url).href);
  const program = `
    import { writeSync } from 'node:fs';
    import { embeddedSettings, openEmbedded } from ${door};
    import { silentLogger, systemComponents } from ${own};
    let steps = 0;
    const debug = () => {
      writeSync(1, '.');
      steps += 1;
      if (steps === ${kill?.held === true ? kill.step : 0}) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
    };
    const logger = { ...silentLogger, debug };
    const settings = embeddedSettings(${JSON.stringify(dataDir)});
    const { eventLog, close } = await openEmbedded(settings, systemComponents(logger));
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count += 1) {
      const content = { kind: 'text', text: '' };
      const events = [{ eventId: crypto.randomUUID(), type: 1, content }];
      const appends = [{ expected: { kind: 'any' }, events, freshIds: true }];
      const stream = { id: crypto.randomUUID(), name: undefined };
      const [outcome] = await eventLog.append({ stream, appends, signal });
      if (outcome.kind !== 'appended') process.exitCode = 1;
    }
    await close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let steps = 0;
  child.stdout.on('data', (dots: Buffer) => {
    steps += dots.length;
    if (kill !== undefined && steps >= kill.step) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return child.exitCode;
}

for (const count of [0, 1, 3_000]) {
  test(`a folder of format 1 with ${count} events gets its index when it is opened`, async () => {
    await inOldFolder(count, async (dataDir) => {
      for (const written of [0, 2]) {
        const backend = await openAt(dataDir);
        await expectWhole(backend, count + written);
        await append(backend, 2);
        await expectWhole(backend, count + written + 2);
        await backend.close();
      }
    });
  });
}

test('from the first moment of an upgrade on, programs of format 1 can neither open nor write', async () => {
  for (const count of [0, 10]) {
    await inOldFolder(count, async (dataDir) => {
      await withTables(dataDir, ({ meta }) => {
        assert.equal(meta.get(Buffer.from('format'))?.readUInt32BE(0), DATA_FORMAT);
        const ledger = meta.get(LEDGER_KEY);
        assert.ok(ledger !== undefined, 'they would begin one of their own');
        assert.notEqual(ledger.length, FIRST_LEDGER_BYTES);
      });
    });
  }
});

test('what a program without checksums wrote is read, and gets company with checksums', async () => {
  await inOldFolder(10, async (dataDir) => {
    await withTables(dataDir, (tables) => {
      assert.equal(tables.uncheckedTo, 10);
      tables.root.transactionSync(() => {
        for (const { key, value } of [...tables.events.getRange({})]) {
          const old = Buffer.from(value.subarray(0, -4));
          old.writeUInt8(old.readUInt8(0) & 0x0f, 0);
          tables.events.putSync(key, old);
        }
        for (const { key, value } of [...tables.heads.getRange({})]) {
          tables.heads.putSync(key, Buffer.from(value.subarray(5)));
        }
      });
    });
    const backend = await openAt(dataDir);
    await expectWhole(backend, 10);
    await append(backend, 2);
    await expectWhole(backend, 12);
    await backend.close();
  });
});

test('a folder of format 2 keeps what it has, and its programs open it no more', async () => {
  await inOldFolder(3, async (dataDir) => {
    await (await openAt(dataDir)).close();
    await withTables(dataDir, ({ meta }) => writeFormat(meta, 2));
    await withTables(dataDir, ({ meta }) => {
      assert.equal(meta.get(Buffer.from('format'))?.readUInt32BE(0), DATA_FORMAT);
      assert.ok(!meta.doesExist(UPGRADE_KEY), 'its index is whole already');
    });
    const backend = await openAt(dataDir);
    await append(backend, 2);
    await expectWhole(backend, 5);
    await backend.close();
  });
});

for (const steps of [0, 1, 9]) {
  test(`an upgrade that ended after ${steps} steps goes on where it was`, async () => {
    await inOldFolder(100, async (dataDir) => {
      await withTables(dataDir, (tables) => {
        for (let step = 0; step < steps; step += 1) {
          assert.equal(
            tables.root.transactionSync(() => fillStep(tables, 7)),
            7,
          );
        }
        assert.equal(tables.byPosition.getCount(), 7 * steps);
      });
      const backend = await openAt(dataDir);
      await expectWhole(backend, 100);
      await backend.close();
    });
  });
}

test('kill -9 amid an upgrade, again and again', async (t) => {
  const count = 30_000;
  await inOldFolder(count, async (dataDir) => {
    let amid = 0;
    for (let kill = 0; kill < 6; kill += 1) {
      const exitCode = await runOpener(dataDir, { step: 1, held: kill % 2 === 0 });
      if (exitCode !== null) break;
      await withTables(dataDir, ({ meta, byPosition }) => {
        const filled = byPosition.getCount();
        if (meta.doesExist(UPGRADE_KEY) && filled > 0 && filled < count) amid += 1;
      });
    }
    t.diagnostic(`${amid} kills left an index that was partly filled`);
    assert.ok(amid > 0);
    const backend = await openAt(dataDir);
    const end = await backend.eventLog.feedEnd();
    assert.ok(end.kind === 'position' && end.position >= count);
    await expectWhole(backend, end.position);
    await backend.close();
  });
});

test('three processes that open the folder at once share the upgrade', async () => {
  const count = 12_000;
  await inOldFolder(count, async (dataDir) => {
    // and remove what older programs had
    const openers = [runOpener(dataDir), runOpener(dataDir), openAt(dataDir)] as const;
    const [first, second, backend] = await Promise.all(openers);
    assert.deepEqual([first, second], [0, 0]);
    await expectWhole(backend, count + 6);
    await backend.close();
  });
});

test('a hole in the index of all events is never passed over', async () => {
  for (const missing of [1, 5, 10]) {
    await inOldFolder(10, async (dataDir) => {
      await (await openAt(dataDir)).close();
      await withTables(dataDir, ({ byPosition }) => {
        const key = [...byPosition.getKeys()][missing - 1] ?? assert.fail();
        byPosition.removeSync(key);
      });
      const backend = await openAt(dataDir);
      const rules = { limit: 100, bytesMax: 1e6, boundary: 'event' } as const;
      const reading = backend.eventLog.readAll({ ...rules, after: FEED_START });
      await assert.rejects(reading, { code: 'DATA_DIR_INVALID' });
      const byType = { ...rules, types: TYPES, after: FEED_START };
      assert.equal((await backend.eventLog.readByType(byType)).events.length, 10);
      await backend.close();
    });
  }
});
