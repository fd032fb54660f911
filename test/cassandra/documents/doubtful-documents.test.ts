import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/runtime/index.js';
import type { Document, Documents } from '../../../src/storage/index.js';
import { FAULTS, FaultySession, type Fault } from '../faulty-session.js';
import { changeIn, DocumentServers, newDocument, type DocumentStep } from './document-servers.js';

const STEPS = 40;
const CHANGED = { kind: 'changed' };

test('a change whose answer is lost ends definite, and is stored once', async (context) => {
  const servers = await DocumentServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  try {
    let fault: Fault | undefined;
    const faulty: FaultySession[] = [];
    const documents = servers.documents((session) => {
      const one = new FaultySession(session, () => {
        const next = fault;
        fault = undefined;
        return next;
      });
      faulty.push(one);
      return one;
    });
    for (const kind of FAULTS) {
      const added = newDocument(kind);
      const replaced = newDocument(kind, '2');
      const steps = [
        { from: undefined, to: added },
        { from: added, to: replaced },
        { from: replaced, to: undefined },
        { from: undefined, to: newDocument(kind, '3') },
      ];
      for (const step of steps) {
        fault = kind;
        await changeInDoubt(documents, { ...step, kind });
        await faulty[0]?.settled();
        assert.deepEqual(await documents.find(added.key), step.to, kind);
        const list = { scope: 'tests', prefix: kind, after: undefined, limit: 10 };
        const listed = step.to === undefined ? [] : [step.to];
        assert.deepEqual((await documents.list(list)).documents, listed, kind);
      }
      assert.equal(faulty[0]?.fired.get(kind), steps.length, `${kind} has fired`);
    }
  } finally {
    await servers.close();
  }
});

/** When nothing has left, the caller is told so, and may try again. */
async function changeInDoubt(
  documents: Documents,
  { kind, from, to }: DocumentStep & { readonly kind: Fault },
): Promise<void> {
  const { key } = newDocument(kind);
  const outcome = await changeIn(documents, key, { from, to });
  if (kind !== 'not-sent') return assert.deepEqual(outcome, CHANGED, kind);
  assert.equal(outcome.kind, 'unavailable', kind);
  assert.deepEqual(await documents.find(key), from);
  assert.deepEqual(await changeIn(documents, key, { from, to }), CHANGED);
}

test('two servers in doubt count together: each step counts once', async (context) => {
  const servers = await DocumentServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Math.floor(Math.random() * 1e9));
  context.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const drawn = (): Fault | undefined =>
    random.next() < 0.4 ? FAULTS[Math.floor(random.next() * FAULTS.length)] : undefined;
  try {
    const sessions: FaultySession[] = [];
    const open = (): Documents =>
      servers.documents((session) => {
        const faulty = new FaultySession(session, drawn);
        sessions.push(faulty);
        return faulty;
      });
    const sides = [open(), open()];
    await Promise.all(sides.map((documents, side) => count(documents, side)));
    await Promise.all(sessions.map((session) => session.settled()));
    const found = await sides[0]?.find(newDocument('count').key);
    assert.deepEqual(countsOf(found), [STEPS, STEPS]);
    const fired = FAULTS.map((kind) => {
      return sessions.reduce((sum, session) => sum + (session.fired.get(kind) ?? 0), 0);
    });
    assert.ok(!fired.includes(0), `each fault has fired: ${fired.join()}`);
  } finally {
    await servers.close();
  }
});

function countsOf(document: Document | undefined): number[] {
  const counts: unknown = JSON.parse(document?.content ?? '[0, 0]');
  assert.ok(Array.isArray(counts));
  return counts.map(Number);
}

/** Counts one side of the document up. What is in doubt shows in the count itself. */
async function count(documents: Documents, side: number): Promise<void> {
  let from: Document | undefined;
  for (let step = 1; step <= STEPS; ) {
    const counts = countsOf(from);
    counts[side] = step;
    const to = newDocument('count', JSON.stringify(counts));
    const outcome = await changeIn(documents, to.key, { from, to });
    if (outcome.kind === 'unavailable') continue;
    assert.notEqual(outcome.kind, 'unknown');
    from = outcome.kind === 'differs' ? outcome.current : to;
    const reached = countsOf(from)[side] ?? 0;
    assert.ok(reached === step || reached === step - 1, `${reached} of ${step}`);
    if (reached === step) step += 1;
  }
}
