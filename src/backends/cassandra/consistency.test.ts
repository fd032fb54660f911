import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelsOverlap, levelWarnings, readLevel, requireConsistent } from './consistency.js';
import { CASSANDRA_DEFAULTS } from './settings.js';

test('reads default to a level that meets QUORUM writes', () => {
  for (const dataCentres of [1, 2, 3]) {
    const read = readLevel(CASSANDRA_DEFAULTS, dataCentres);
    assert.equal(read, dataCentres === 1 ? 'LOCAL_QUORUM' : 'QUORUM');
    assert.deepEqual(levelWarnings(CASSANDRA_DEFAULTS, dataCentres), []);
  }
});

test('levels overlap only where every read meets every write', () => {
  assert.equal(levelsOverlap('LOCAL_QUORUM', 'QUORUM', 2), false);
  assert.equal(levelsOverlap('LOCAL_QUORUM', 'LOCAL_QUORUM', 1), true);
  assert.equal(levelsOverlap('LOCAL_QUORUM', 'LOCAL_QUORUM', 2), false);
  assert.equal(levelsOverlap('LOCAL_QUORUM', 'EACH_QUORUM', 3), true);
  assert.equal(levelsOverlap('ONE', 'QUORUM', 1), false);
  assert.equal(levelsOverlap('ONE', 'ALL', 3), true);
  assert.equal(levelsOverlap('QUORUM', 'ONE', 1), false);
  const weak = { ...CASSANDRA_DEFAULTS, readConsistency: 'ONE' } as const;
  assert.equal(levelWarnings(weak, 1).length, 1);
});

test('foreign writers and LOCAL_SERIAL are refused together', () => {
  const mixed = { ...CASSANDRA_DEFAULTS, foreignWriters: true, serialConsistency: 'LOCAL_SERIAL' };
  assert.throws(() => requireConsistent({ ...mixed, serialConsistency: 'LOCAL_SERIAL' }), {
    code: 'INVALID_ARGUMENT',
  });
  requireConsistent({ ...mixed, serialConsistency: 'SERIAL' });
});
