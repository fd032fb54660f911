import { errors, types } from 'cassandra-driver';
import type { CqlSession, Route, Row, Statement } from '../../src/backends/cassandra/index.js';

/**
 * What may happen to a conditional batch on its way.
 * `lost`: never arrives; the client times out. `answer-lost`: applied, the answer is lost.
 * `late`: the client times out, the batch runs afterwards (a Paxos round that went on alone).
 * `unavailable-at-commit`: decided, then too few replicas for the commit.
 * `not-sent`: no host took it.
 */
export const FAULTS = [
  'lost',
  'answer-lost',
  'late',
  'socket-cut',
  'unavailable',
  'unavailable-at-commit',
  'applied-missing',
  'not-sent',
] as const;
export type Fault = (typeof FAULTS)[number];

function timedOut(): Error {
  return new errors.OperationTimedOutError('The host did not reply in time (injected)');
}

function socketCut(): Error {
  return Object.assign(new Error('read ECONNRESET (injected)'), { isSocketError: true });
}

function unavailableError(): Error {
  return new errors.ResponseError(
    types.responseErrorCodes.unavailableException,
    'Not enough replicas (injected)',
  );
}

/** A session in which `choose` decides what happens to each conditional batch. */
export class FaultySession implements CqlSession {
  readonly #inner: CqlSession;
  readonly #choose: () => Fault | undefined;
  readonly #late: Promise<unknown>[] = [];
  /** How often each fault has fired. */
  readonly fired = new Map<Fault, number>();
  /** Reads of events time out while it is set. */
  eventReadsFail = false;
  /** Plain reads are answered by a replica that nothing has reached yet, while it is set. */
  plainReadsLag = false;

  constructor(inner: CqlSession, choose: () => Fault | undefined) {
    this.#inner = inner;
    this.#choose = choose;
  }

  read(...args: Parameters<CqlSession['read']>): ReturnType<CqlSession['read']> {
    const readsEvents = args[0].query.includes('payload');
    if (this.eventReadsFail && readsEvents) return Promise.reject(timedOut());
    if (this.plainReadsLag && args[1].level === 'read') {
      return Promise.resolve({ rows: [], pageState: undefined });
    }
    return this.#inner.read(...args);
  }

  write(...args: Parameters<CqlSession['write']>): Promise<void> {
    return this.#inner.write(...args);
  }

  async conditional(statements: readonly Statement[], route: Route): Promise<readonly Row[]> {
    const fault = this.#choose();
    if (fault === undefined) return this.#inner.conditional(statements, route);
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'lost':
        throw timedOut();
      case 'answer-lost':
        await this.#inner.conditional(statements, route);
        throw timedOut();
      case 'late':
        // It has left the process: what became of its registration since does not stop it.
        this.#late.push(this.#afterAWhile(statements, { ...route, maySend: () => true }));
        throw timedOut();
      case 'socket-cut':
        await this.#inner.conditional(statements, route);
        throw socketCut();
      case 'unavailable':
        throw unavailableError();
      case 'unavailable-at-commit':
        await this.#inner.conditional(statements, route);
        throw unavailableError();
      case 'applied-missing':
        await this.#inner.conditional(statements, route);
        return [];
      case 'not-sent':
        throw new errors.NoHostAvailableError({}, 'All hosts are down (injected)');
    }
  }

  /** Resolves when no late batch is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#late);
  }

  /** Behind a few reads, so that the resolver has looked before it happens. */
  async #afterAWhile(statements: readonly Statement[], route: Route): Promise<void> {
    const query = 'SELECT release_version FROM system.local';
    for (let round = 0; round < 5; round += 1) {
      await this.#inner.read({ query, params: [] }, { level: 'read' });
    }
    await this.#inner.conditional(statements, route);
  }
}
