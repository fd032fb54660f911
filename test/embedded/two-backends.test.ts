import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { ANY_VERSION, requireUuid, type RecordedEvent } from '../../src/core/index.js';
import { FakeTime, silentLogger, systemComponents, systemIds } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';
import { WRITER } from './child.js';
import { ownStreams, pick, stream, TYPES } from './workload.js';

const TYPE = pick(TYPES, { next: () => 0 });
const target = stream('shared-by-two');

/** Two backends on one folder, each with a clock of its own that stands still. */
async function withTwo(
  body: (
    backends: readonly [Backend, Backend],
    clocks: readonly FakeTime[],
    dataDir: string,
  ) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-two-'));
  const clocks = [new FakeTime(), new FakeTime()];
  const [first, second] = clocks.map((clock) =>
    openEmbedded(embeddedSettings(dataDir), { ...systemComponents(silentLogger), clock }),
  );
  assert.ok(first !== undefined && second !== undefined);
  const backends = [await first, await second] as const;
  try {
    await body(backends, clocks, dataDir);
  } finally {
    for (const backend of backends) await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function appendOne({ eventLog }: Backend): Promise<number> {
  const eventId = requireUuid(systemIds.newId());
  const content = { kind: 'text', text: 'x' } as const;
  const event = { eventId, type: TYPE, content, contentType: undefined, metadata: undefined };
  const appends = [{ expected: ANY_VERSION, events: [event], freshIds: true }];
  const { signal } = new AbortController();
  const [outcome] = await eventLog.append({ stream: target, appends, signal });
  assert.ok(outcome?.kind === 'appended');
  return outcome.savetimeMs;
}

async function readSince({ eventLog }: Backend, since: number): Promise<readonly RecordedEvent[]> {
  const page = await eventLog.readByType({
    ...{ types: [TYPE], limit: 100, bytesMax: 1_000_000, boundary: 'millisecond' },
    after: { kind: 'savetime', savetimeMs: since },
  });
  return page.events;
}

test('nothing enters a millisecond that was handed out, whoever writes and whatever the clocks say', async () => {
  await withTwo(async (backends, clocks) => {
    const seen: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const writer = backends[round % 2 === 0 ? 0 : 1];
      const reader = backends[round % 3 === 0 ? 0 : 1];
      const written = [await appendOne(writer), await appendOne(backends[1])];
      const events = await readSince(reader, seen.at(-1) ?? 0);
      assert.equal(events.length, written.length, 'all that was acknowledged is seen at once');
      seen.push(...events.map(({ savetimeMs }) => savetimeMs));
      if (round % 10 === 5) clocks[round % 4 === 1 ? 0 : 1]?.jumpWallTo(1_600_000_000_000);
      if (round % 10 === 9) clocks[0]?.jumpWallTo(1_700_000_000_000 + round * 100);
    }
    assert.equal(seen.length, 80);
  });
});

test('polling an idle store writes once, to close its last millisecond', async () => {
  await withTwo(async ([first, second], _clocks, dataDir) => {
    // the pages that every commit writes
    const heads = async (): Promise<Buffer> =>
      (await readFile(join(dataDir, 'cassadra.mdb'))).subarray(0, 8_192);
    const savetimeMs = await appendOne(first);
    const written = await heads();
    await readSince(second, 0);
    const closed = await heads();
    assert.notDeepEqual(closed, written);
    for (let poll = 0; poll < 5; poll += 1)
      await readSince(second, poll % 2 === 0 ? 0 : savetimeMs);
    assert.deepEqual(await heads(), closed);
    assert.equal(await appendOne(first), savetimeMs + 1, 'only what was handed out was closed');
  });
});

test('a read sees what another process wrote in the same turn of the event loop', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-turn-'));
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  const versions = (): Promise<number>[] =>
    ownStreams('c').map(({ id }) => backend.eventLog.currentVersion(id));
  try {
    const before = versions();
    const child = spawnSync(process.execPath, [WRITER, dataDir, 'c', 'run', '1', '4']);
    assert.equal(child.status, 0, child.stderr.toString());
    const after = versions();
    assert.ok((await Promise.all(before)).every((version) => version === 0));
    assert.ok((await Promise.all(after)).some((version) => version > 0));
  } finally {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
