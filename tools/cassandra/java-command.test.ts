import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { javaCommand, javaMajor } from './java-command.js';

test('the major version of Java is read from old and new outputs', () => {
  assert.equal(javaMajor('openjdk version "17.0.15" 2025-04-15'), 17);
  assert.equal(javaMajor('java version "1.8.0_392"'), 8);
  assert.equal(
    javaMajor('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19'),
    21,
  );
  assert.equal(javaMajor('no java here'), undefined);
});

test('a machine without Java is told what to install', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cassadra-no-java-'));
  await assert.rejects(javaCommand({ JAVA_HOME: home }), (error) => {
    return (
      error instanceof CassandraUnavailableError &&
      /was not found: .*Java 11 or 17/.test(error.message)
    );
  });
});
