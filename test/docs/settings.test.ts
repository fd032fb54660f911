import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPEND_BYTES_HARD_MAX, DEFAULT_LIMITS } from '../../src/core/index.js';
import { parseSettings, projectDirectory, storeSettings } from '../../src/runtime/index.js';
import { DEFAULT_SUBSCRIPTION_LIMITS } from '../../src/service/index.js';
import { settingsPage } from './settings-page.js';

const HOW_TO_WRITE = 'write it anew with WRITE_DOCS=1 npm test -- docs/settings';

test('docs/settings.md says what the code says', async () => {
  const path = join(projectDirectory(), 'docs', 'settings.md');
  if (process.env['WRITE_DOCS'] === '1') await writeFile(path, settingsPage());
  assert.equal(await readFile(path, 'utf8'), settingsPage(), HOW_TO_WRITE);
});

test('the limits that are the default everywhere are those of the settings', () => {
  const settings = parseSettings(storeSettings, {});
  assert.deepEqual(DEFAULT_LIMITS, {
    appendEventsMax: settings.APPEND_EVENTS_MAX,
    appendBytesMax: settings.APPEND_BYTES_MAX,
    payloadBytesMax: settings.PAYLOAD_BYTES_MAX,
    metadataBytesMax: settings.METADATA_BYTES_MAX,
    streamNameBytesMax: settings.STREAM_NAME_BYTES_MAX,
    typeNameBytesMax: settings.TYPE_NAME_BYTES_MAX,
    pageEventsMax: settings.PAGE_EVENTS_MAX,
    idWindow: settings.ID_WINDOW,
  });
  assert.deepEqual(DEFAULT_SUBSCRIPTION_LIMITS, {
    subscriptionsMax: settings.SUBSCRIPTIONS_MAX,
    pollMinMs: settings.FEED_POLL_MIN_MS,
    pollMaxMs: settings.FEED_POLL_MAX_MS,
  });
});

test('no setting allows an append that Cassandra would refuse', () => {
  const parse = (bytes: number): unknown =>
    parseSettings(storeSettings, { APPEND_BYTES_MAX: String(bytes) }).APPEND_BYTES_MAX;
  assert.equal(parse(APPEND_BYTES_HARD_MAX), APPEND_BYTES_HARD_MAX);
  assert.throws(() => parse(APPEND_BYTES_HARD_MAX + 1), /APPEND_BYTES_MAX must be/);
});
