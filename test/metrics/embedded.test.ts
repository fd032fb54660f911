import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { ANY_VERSION } from '../../src/core/index.js';
import { temporaryFolder } from '../e2e/storages.js';
import type { Scraped } from '../support/scraped.js';
import { NEVER, startMetered } from './metered-server.js';

const COMMITS = 'cassadra_embedded_commit_duration_seconds_count';

function figure(seen: Scraped, name: string): number {
  return seen.value(name) ?? 0;
}

test('commits, the data file and its disk; nothing of them once it is closed', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startMetered(t, {
    open: (components) => openEmbedded(embeddedSettings(join(folder, 'data')), components),
  });
  const before = await server.scrape();
  const events = [
    { type: 'Placed', content: { kind: 'text', text: 'x'.repeat(100_000) } as const },
  ];
  const command = { stream: 'order-1', expected: ANY_VERSION, events };
  await Promise.all([1, 2, 3].map(() => server.eventStore.append(command, NEVER)));
  const seen = await server.scrape();
  assert.ok(figure(seen, COMMITS) > figure(before, COMMITS));
  assert.ok(figure(seen, 'cassadra_embedded_commit_writes_sum') >= 2);
  assert.equal(seen.value('cassadra_embedded_commit_failures_total'), 0);
  const [was, is] = [before, seen].map((at) => figure(at, 'cassadra_embedded_data_bytes'));
  assert.ok((is ?? 0) >= (was ?? 0) + 300_000, `${was ?? ''} → ${is ?? ''}`);
  assert.ok(figure(seen, 'cassadra_embedded_map_bytes') >= (is ?? 0));
  const disk = await server.until(
    'the disk is known',
    (at) => at.value('cassadra_embedded_disk_bytes') !== undefined,
  );
  const free = figure(disk, 'cassadra_embedded_disk_free_bytes');
  assert.ok(free > 0 && free <= figure(disk, 'cassadra_embedded_disk_bytes'));

  await server.backend.close();
  const closed = await server.scrape();
  assert.equal(closed.value('cassadra_embedded_data_bytes'), undefined);
  assert.equal(closed.value('cassadra_embedded_disk_free_bytes'), undefined);
});
