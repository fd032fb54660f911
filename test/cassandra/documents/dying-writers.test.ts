import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { errors } from 'cassandra-driver';
import type { CqlSession, Page, Row } from '../../../src/backends/cassandra/index.js';
import type { Documents } from '../../../src/storage/index.js';
import { changeIn, DocumentServers, newDocument } from './document-servers.js';

const CHANGED = { kind: 'changed' };
const LIST = { scope: 'tests', prefix: '', after: undefined, limit: 10 };
const HEARD_WITHIN_MS = 10_000;

function timedOut(): Error {
  return new errors.OperationTimedOutError('The host did not reply in time (injected)');
}

/** A session that a test can cut off, or in which a conditional statement comes very late. */
class TroubledSession implements CqlSession {
  readonly #inner: CqlSession;
  #held: (() => Promise<unknown>) | undefined;
  /** The next conditional statement does not arrive, and: its sender goes on, or is cut off. */
  next: 'held' | 'cut' | undefined;
  #isCut = false;
  revisionsFail = false;

  constructor(inner: CqlSession) {
    this.#inner = inner;
  }

  read(...args: Parameters<CqlSession['read']>): Promise<Page> {
    return this.#isCut ? Promise.reject(timedOut()) : this.#inner.read(...args);
  }

  write(...args: Parameters<CqlSession['write']>): Promise<void> {
    const isRevision = args[0].some(({ query }) => query.includes('document_revisions'));
    const fails = this.#isCut || (this.revisionsFail && isRevision);
    return fails ? Promise.reject(timedOut()) : this.#inner.write(...args);
  }

  conditional(...args: Parameters<CqlSession['conditional']>): Promise<readonly Row[]> {
    const { next } = this;
    this.next = undefined;
    if (next === 'held') this.#held = () => this.#inner.conditional(...args);
    if (next === 'cut') this.#isCut = true;
    if (next !== undefined || this.#isCut) return Promise.reject(timedOut());
    return this.#inner.conditional(...args);
  }

  /** What was held arrives after all. */
  async release(): Promise<void> {
    assert.ok(this.#held, 'one was held');
    await this.#held();
  }
}

interface Scene {
  readonly servers: DocumentServers;
  readonly documents: Documents;
  readonly session: TroubledSession;
}

async function onTroubled(
  context: TestContext,
  body: (scene: Scene) => Promise<void>,
): Promise<void> {
  const servers = await DocumentServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  try {
    const sessions: TroubledSession[] = [];
    const documents = servers.documents((inner) => {
      const session = new TroubledSession(inner);
      sessions.push(session);
      return session;
    });
    const [session] = sessions;
    assert.ok(session);
    await body({ servers, documents, session });
  } finally {
    await servers.close();
  }
}

test('died between the listing and the document: no list shows it', async (context) => {
  await onTroubled(context, async ({ servers, documents, session }) => {
    const other = servers.documents();
    const lost = newDocument('one');
    session.next = 'cut';
    const change = { key: lost.key, from: undefined, to: lost };
    const { kind } = await documents.change(change, AbortSignal.timeout(500));
    assert.equal(kind, 'unknown');
    assert.equal(await servers.listings(lost.key), 1);
    assert.deepEqual(await other.list(LIST), { documents: [], next: undefined });

    const added = newDocument('one', '2');
    assert.deepEqual(await changeIn(other, added.key, { to: added }), CHANGED);
    assert.deepEqual((await other.list({ ...LIST, limit: 1 })).documents, [added]);
    assert.deepEqual((await other.list(LIST)).documents, [added]);
    assert.deepEqual(await changeIn(other, added.key, { from: added }), CHANGED);
    assert.deepEqual((await other.list(LIST)).documents, []);
  });
});

test('a creation that comes after the removal does not bring it back', async (context) => {
  await onTroubled(context, async ({ documents, session }) => {
    const added = newDocument('one');
    session.next = 'held';
    assert.deepEqual(await changeIn(documents, added.key, { to: added }), CHANGED);
    assert.deepEqual(await changeIn(documents, added.key, { from: added }), CHANGED);
    await session.release();
    assert.equal(await documents.find(added.key), undefined);
    assert.deepEqual((await documents.list(LIST)).documents, []);

    const anew = newDocument('one', '2');
    session.next = 'held';
    assert.deepEqual(await changeIn(documents, anew.key, { to: anew }), CHANGED);
    await session.release();
    assert.deepEqual(await documents.find(anew.key), anew);
  });
});

test('what is removed, replaced or not made leaves no listing', async (context) => {
  await onTroubled(context, async ({ servers, documents }) => {
    const other = servers.documents();
    const rivals = [newDocument('one'), newDocument('one'), newDocument('one')];
    const outcomes = await Promise.all(
      rivals.map((to, index) => changeIn(index === 0 ? documents : other, to.key, { to })),
    );
    const added = rivals.find((_, index) => outcomes[index]?.kind === 'changed');
    assert.ok(added);
    await untilListings(servers, 1);
    const expiring = { ...newDocument('one'), expiresMs: Date.now() + 3_600_000 };
    assert.deepEqual(await changeIn(other, added.key, { from: added, to: expiring }), CHANGED);
    await untilListings(servers, 1);
    assert.deepEqual((await documents.list(LIST)).documents, [expiring]);
    assert.deepEqual(await changeIn(other, added.key, { from: expiring }), CHANGED);
    await untilListings(servers, 0);
  });
});

test('a change is acknowledged when its revision is written, not before', async (context) => {
  await onTroubled(context, async ({ documents, session }) => {
    const added = newDocument('one');
    const before = await documents.revision('tests');
    session.revisionsFail = true;
    const change = { key: added.key, from: undefined, to: added };
    const { kind } = await documents.change(change, AbortSignal.timeout(500));
    assert.equal(kind, 'unknown');
    assert.deepEqual(await documents.find(added.key), added);
    const answer = changeIn(documents, added.key, { to: added });
    session.revisionsFail = false;
    assert.deepEqual(await answer, CHANGED);
    assert.notEqual(await documents.revision('tests'), before);
  });
});

/** The writer tidies up behind its answer. */
async function untilListings(servers: DocumentServers, wanted: number): Promise<void> {
  const { key } = newDocument('one');
  const endMs = performance.now() + HEARD_WITHIN_MS;
  while ((await servers.listings(key)) !== wanted) {
    assert.ok(performance.now() < endMs, `${wanted} listings in time`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
