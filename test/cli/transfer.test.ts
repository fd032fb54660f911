import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { embeddedStorage } from '../e2e/storages.js';
import { objectsIn } from './cli.js';
import { EVENTS, exerciseTransfer } from './transfers.js';

describe('export and import', () => {
  test('embedded to embedded, each killed and gone on with', async (t) => {
    const { cli, path } = await exerciseTransfer(t, embeddedStorage);

    const now = ['--until', String(Date.now())];
    const [sound] = objectsIn(await cli.output(['verify', '--json', ...now]));
    const { sound: isSound, streamEvents, feedEvents, differences } = sound ?? {};
    assert.deepEqual([isSound, streamEvents, feedEvents, differences], [true, EVENTS, EVENTS, 0]);

    // another store's contents in one stream: told, not written over, and the rest is imported
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const index = lines.findIndex((line) => line.includes('"stream":"straße/1","streamId"'));
    const changed = lines.with(index + 1, (lines[index + 1] ?? '').replace('n\\": 1', 'n\\": 2'));
    assert.notDeepEqual(changed, lines);
    const more = { ...(objectsIn(lines[index] ?? '')[0] ?? {}), stream: 'new', version: 1 };
    const id = '11111111-1111-4111-8111-111111111111';
    changed.splice(-1, 0, JSON.stringify({ ...more, streamId: id, eventId: id }));
    await writeFile(path, changed.join('\n'));
    const refused = await cli.run(['import', path, '--json']);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /^cassadra: straße\/1: EVENT_ID_REUSED: /);
    const [result] = objectsIn(refused.stdout);
    assert.deepEqual([result?.['refused'], result?.['appended']], [1, 1]);
    assert.equal(objectsIn(await cli.output(['read', 'straße/1', '--json'])).length, 40);

    // a file that was cut off is imported as far as it goes, and says so
    await writeFile(path, lines.slice(0, 50).join('\n'));
    const cut = await cli.run(['import', path]);
    assert.equal(cut.code, 3);
    assert.match(cut.stdout, /the end of the export is missing/);
  });
});
