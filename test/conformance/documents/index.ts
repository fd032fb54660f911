import { after, before, describe } from 'node:test';
import { exerciseChanges } from './changes.js';
import { exerciseExpiry } from './expiry.js';
import { DocumentKit, type DocumentsFactory } from './kit.js';
import { exerciseDocumentLifecycle } from './lifecycle.js';
import { exerciseDocumentLists } from './lists.js';
import { exerciseRaces } from './races.js';
import { exerciseRevisions } from './revisions.js';

export type { DocumentsFactory, DocumentsUnderTest } from './kit.js';

const OPEN_TIMEOUT_MS = 180_000;

/** Registers the whole behaviour of the port as tests of `node:test`, on one open storage. */
export function exerciseDocuments(name: string, factory: DocumentsFactory): void {
  describe(`documents ${name}`, () => {
    const kit = new DocumentKit();
    before(async () => kit.open(await factory()), { timeout: OPEN_TIMEOUT_MS });
    after(() => kit.underTest.cleanup(), { timeout: OPEN_TIMEOUT_MS });
    exerciseChanges(kit);
    exerciseRaces(kit);
    exerciseDocumentLists(kit);
    exerciseExpiry(kit);
    exerciseRevisions(kit);
    exerciseDocumentLifecycle(kit);
  });
}
