import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  bytemanJar,
  cassandraJars,
  CassandraUnavailableError,
  DEFAULT_CASSANDRA_VERSION,
} from '../../../tools/cassandra/index.js';
import { bytemanRules } from './rules.js';
import { runCommand } from './run-command.js';

async function classPath(): Promise<string> {
  const lib = await cassandraJars(DEFAULT_CASSANDRA_VERSION);
  return `${await bytemanJar()}:${join(lib, '*')}`;
}

test('every rule fits the classes of Cassandra that it is for', async (t) => {
  const path = await classPath().catch((error: unknown) => {
    if (error instanceof CassandraUnavailableError && process.env['CI'] !== 'true') return error;
    throw error;
  });
  if (path instanceof CassandraUnavailableError) {
    t.skip(path.message);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-rules-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'rules.btm');
  const text = bytemanRules('eventstore');
  await writeFile(file, text);
  const check = ['java', '-cp', path, 'org.jboss.byteman.check.TestScript', '-v', file];
  const said = await runCommand(check);
  assert.match(said, /TestScript: no errors/, said);
  const rules = text.match(/^RULE /gm)?.length;
  assert.equal(said.match(/^Type checked rule/gm)?.length, rules, said);
});
