import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Document, DocumentKey, Documents } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { assertDiffers, freshKey, newDocument, type DocumentKit } from './kit.js';

const RIVALS = 16;
const ROUNDS = 3;
const WRITERS = 6;
const STEPS = 8;

export function exerciseRaces(kit: DocumentKit): void {
  describe('races', () => {
    check(`${RIVALS} make the same document, replace it, and one wins each time`, async () => {
      const key = freshKey();
      let current: Document | undefined;
      for (let round = 0; round < ROUNDS; round += 1) {
        const tries = Array.from({ length: RIVALS }, () => newDocument(key));
        const from = current;
        const outcomes = await Promise.all(tries.map((to) => kit.change(key, from, to)));
        const won = tries.filter((_, index) => outcomes[index]?.kind === 'changed');
        assert.equal(won.length, 1, 'one wins');
        current = won[0];
        for (const outcome of outcomes) {
          if (outcome.kind !== 'changed') assertDiffers(outcome, current);
        }
        assert.deepEqual(await kit.find(key), current);
        assert.deepEqual(await kit.listAll(key.scope), current === undefined ? [] : [current]);
      }
    });

    check('a removal and a replacement race: one of them wins', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const from = await kit.add(freshKey());
        const to = newDocument(from.key);
        const [replaced, removed] = await Promise.all([
          kit.change(from.key, from, to),
          kit.change(from.key, from, undefined),
        ]);
        const stands = replaced.kind === 'changed' ? to : undefined;
        const [winner, loser] = stands ? [replaced, removed] : [removed, replaced];
        assert.deepEqual(winner, { kind: 'changed' });
        assertDiffers(loser, stands);
        assert.deepEqual(await kit.find(from.key), stands);
        assert.deepEqual(await kit.listAll(from.key.scope), stands ? [stands] : []);
      }
    });

    check('removed and made anew by many at once, it is listed while it stands', async () => {
      const key = freshKey();
      const beside = await kit.underTest.beside?.();
      try {
        const sides = [kit.documents, beside?.documents ?? kit.documents];
        await Promise.all(sides.map((documents) => toggle(documents, key)));
        const last = (await kit.find(key)) ?? (await kit.add(key));
        assert.deepEqual(await kit.listAll(key.scope), [last]);
      } finally {
        await beside?.cleanup();
      }
    });

    check(`${WRITERS} writers count together, and each step counts once`, async () => {
      const key = freshKey();
      const beside = await kit.underTest.beside?.();
      try {
        const writers = Array.from({ length: WRITERS }, (_, writer) => {
          const documents = writer % 2 === 0 ? kit.documents : beside?.documents;
          return count(documents ?? kit.documents, key, writer);
        });
        const changes = (await Promise.all(writers)).flat();
        const found = await kit.find(key);
        assert.deepEqual(
          countsOf(found),
          Array.from({ length: WRITERS }, () => STEPS),
        );
        assert.equal(new Set(changes).size, WRITERS * STEPS);
      } finally {
        await beside?.cleanup();
      }
    });
  });
}

function countsOf(document: Document | undefined): number[] {
  if (document === undefined) return Array.from({ length: WRITERS }, () => 0);
  const counts: unknown = JSON.parse(document.content);
  assert.ok(Array.isArray(counts));
  return counts.map(Number);
}

/** Adds 1 to the count of a writer, `STEPS` times. A doubtful step shows in the count itself. */
async function count(documents: Documents, key: DocumentKey, writer: number): Promise<string[]> {
  const changes: string[] = [];
  let from = await documents.find(key);
  for (let step = 1; step <= STEPS; ) {
    const counts = countsOf(from);
    assert.equal(counts[writer], step - 1, 'nothing is lost, nothing is done twice');
    counts[writer] = step;
    const to = newDocument(key, JSON.stringify(counts));
    const outcome = await documents.change({ key, from, to }, AbortSignal.timeout(30_000));
    if (outcome.kind === 'changed') from = to;
    else if (outcome.kind === 'differs') from = outcome.current;
    else assert.fail(outcome.kind);
    if (countsOf(from)[writer] !== step) continue;
    changes.push(to.change);
    step += 1;
  }
  return changes;
}

async function toggle(documents: Documents, key: DocumentKey): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    const from = await documents.find(key);
    const to = from === undefined ? newDocument(key) : undefined;
    const { kind } = await documents.change({ key, from, to }, AbortSignal.timeout(30_000));
    assert.ok(kind === 'changed' || kind === 'differs', kind);
  }
}
