import { AppError, requireUuid } from '../../core/index.js';
import type { Document, Documents } from '../../storage/index.js';
import { definite } from '../definite-outcome.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { decodeSweep, encodeSweep, type StoredSweep } from './stored-sweep.js';

const SCOPE = 'sweeps';
/** Of a sweep that has ended. */
const KEPT_MS = 30 * 86_400_000;
const PAGE = 1_000;

/** A sweep, and the document that it was read from. */
export interface FoundSweep {
  readonly document: Document;
  readonly sweep: StoredSweep;
}

const foundIn = (document: Document): FoundSweep => {
  return { document, sweep: decodeSweep(document.content) };
};

export async function findSweep(
  documents: Documents,
  sweepId: string,
): Promise<FoundSweep | undefined> {
  const document = await documents.find({ scope: SCOPE, id: sweepId });
  return document && foundIn(document);
}

/** All of them: there are some hundreds at most. */
export async function allSweeps(documents: Documents): Promise<StoredSweep[]> {
  const sweeps: StoredSweep[] = [];
  let after: string | undefined;
  do {
    const page = await documents.list({ scope: SCOPE, prefix: '', after, limit: PAGE });
    sweeps.push(...page.documents.map(({ content }) => decodeSweep(content)));
    after = page.next;
  } while (after !== undefined);
  return sweeps;
}

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly found: FoundSweep }
  | { readonly kind: 'differs'; readonly found: FoundSweep | undefined };

/** Compare-and-set on what was read; undefined: there was none. Throws when it is not definite. */
export async function saveSweep(
  from: Document | undefined,
  sweep: StoredSweep,
  { documents, components, signal }: Omit<SchedulerTools, 'timedEvents'>,
): Promise<SaveOutcome> {
  const { clock, ids } = components;
  const key = { scope: SCOPE, id: sweep.sweepId };
  const nowMs = clock.nowMs();
  const expiresMs = sweep.state === 'running' ? undefined : (from?.expiresMs ?? nowMs + KEPT_MS);
  const change = requireUuid(ids.newId());
  const to: Document = { key, change, content: encodeSweep(sweep), expiresMs };
  const outcome = definite(await documents.change({ key, from, to }, signal));
  return outcome.kind === 'changed'
    ? { kind: 'saved', found: { document: to, sweep } }
    : { kind: 'differs', found: outcome.current && foundIn(outcome.current) };
}

/** NOT_FOUND. */
export function noSweep(): AppError {
  return new AppError('NOT_FOUND', 'there is no sweep of this id');
}
