import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { projectDirectory } from '../../../src/runtime/index.js';
import { copyProject, mutate } from './mutated-copy.js';
import { markdownTable, resultLines } from './mutation-table.js';
import type { Mutation } from './mutation.js';
import { parseMutation, readMutations } from './read-mutations.js';
import { MutationTrial } from './try-mutation.js';

const HEAD = 'Bug: b\nKnown from: k\n  and l\nBreaks: p\nTest: src/a.test.ts\nShows: s\n';
const DIFF = 'diff --git a/src/a.ts b/src/a.ts\n';
const mutations = await readMutations();

const CHANGED = 'src/core/min-heap.ts';

/** A patch that adds a line before the first two. */
function patchOf(kept: string, added: string): string {
  const names = [`--- a/${CHANGED}`, `+++ b/${CHANGED}`];
  const lines = [...names, '@@ -1,2 +1,3 @@', `+${added}`, kept];
  return `diff --git a/${CHANGED} b/${CHANGED}\n${lines.join('\n')}\n`;
}

describe('mutations', () => {
  let folder: string;
  let made = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cassadra-patches-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function mutationOf(patch: string, shows: RegExp): Promise<Mutation> {
    made += 1;
    const path = join(folder, `${made}.patch`);
    await writeFile(path, patch);
    const command = { file: 'src/core/min-heap.test.ts', only: undefined, needsCassandra: false };
    const texts = { name: 'made', bug: 'b', knownFrom: 'k', breaks: 'p' };
    return { number: 99, ...texts, patch: path, command, shows, quick: false };
  }

  test('a patch says what it puts back, and what must catch it', () => {
    const { number, name, knownFrom } = parseMutation('07-a-name.patch', `${HEAD}\n${DIFF}`);
    assert.deepEqual([number, name, knownFrom], [7, 'a-name', 'k and l']);
    const refused = (text: string): void => {
      assert.throws(() => parseMutation('07-a-name.patch', text), /07-a-name\.patch/);
    };
    refused(HEAD);
    refused(DIFF);
    refused(HEAD.replace('Breaks: p\n', '') + DIFF);
    refused(`Bag: b\n${HEAD}${DIFF}`);
    refused(`Needs: a miracle\n${HEAD}${DIFF}`);
    assert.throws(() => parseMutation('a-name.patch', HEAD + DIFF), /NN-name/);
  });

  test('every patch applies and compiles, and names a test that there is', async () => {
    assert.ok(mutations.length >= 20);
    const copy = await copyProject();
    try {
      for (const { patch, command } of mutations) {
        await mutate(copy, patch);
        await access(join(projectDirectory(), command.file));
      }
    } finally {
      await copy.remove();
    }
  });

  test('what is not caught is said to have survived, and why nothing else counts', async () => {
    const trial = new MutationTrial({ withoutCassandra: 'there is none', controls: true });
    const source = await readFile(join(projectDirectory(), CHANGED), 'utf8');
    const first = source
      .split('\n')
      .slice(0, 2)
      .map((line) => ` ${line}`)
      .join('\n');
    const harmless = await mutationOf(patchOf(first, '// harmless'), /not ok/);
    const broken = await mutationOf(patchOf(first, "throw new Error('broken');"), /broken/);
    assert.equal((await trial.try(harmless)).kind, 'survived');
    assert.equal((await trial.try(broken)).kind, 'caught');
    assert.equal((await trial.try({ ...broken, shows: /other reason/ })).kind, 'survived');
    assert.equal((await trial.try({ ...broken, shows: /TAP version/ })).kind, 'control-failed');
    const stale = await mutationOf(patchOf(` not${first}`, '// stale'), /not ok/);
    assert.equal((await trial.try(stale)).kind, 'does-not-apply');
    const wrong = await mutationOf(patchOf(first, 'const = 1;'), /not ok/);
    assert.equal((await trial.try(wrong)).kind, 'does-not-apply');
    const command = { ...harmless.command, needsCassandra: true };
    assert.equal((await trial.try({ ...harmless, command })).kind, 'skipped');
  });

  // The rest, and each without its mutation: npm run test:faults -- mutations.
  for (const mutation of mutations.filter(({ quick }) => quick)) {
    test(`${mutation.name} is caught`, async () => {
      const trial = new MutationTrial({ withoutCassandra: 'not needed', controls: false });
      const verdict = await trial.try(mutation);
      const lines = resultLines({ mutation, verdict });
      assert.equal(verdict.kind, 'caught', lines.join('\n'));
      const table = markdownTable([{ mutation, verdict }], 'today');
      assert.match(table, /1 of 1 mutations caught/);
    });
  }
});
