import { randomBytes } from 'node:crypto';
import {
  CASSANDRA_DEFAULTS,
  openCassandra,
  type CqlSession,
} from '../../src/backends/cassandra/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { TimedEventsFactory, TimedEventsUnderTest } from './timed-events/index.js';

/** A keyspace of its own at each call; the test Cassandra takes its data with it. */
export function timedEventsOnCassandra(contactPoint: string): TimedEventsFactory {
  return () => open(contactPoint, `timed_${randomBytes(6).toString('hex')}`);
}

/** A session that can be cut off, as when the process is killed. */
class Cord implements CqlSession {
  readonly #inner: CqlSession;
  readonly #isCut: () => boolean;

  constructor(inner: CqlSession, isCut: () => boolean) {
    this.#inner = inner;
    this.#isCut = isCut;
  }

  read(...args: Parameters<CqlSession['read']>): ReturnType<CqlSession['read']> {
    return this.#guard(() => this.#inner.read(...args));
  }

  write(...args: Parameters<CqlSession['write']>): Promise<void> {
    return this.#guard(() => this.#inner.write(...args));
  }

  conditional(
    ...args: Parameters<CqlSession['conditional']>
  ): ReturnType<CqlSession['conditional']> {
    return this.#guard(() => this.#inner.conditional(...args));
  }

  #guard<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#isCut() ? Promise.reject(new Error('cut off')) : call();
  }
}

async function open(contactPoint: string, keyspace: string): Promise<TimedEventsUnderTest> {
  const contactPoints = [contactPoint];
  const settings = { ...CASSANDRA_DEFAULTS, contactPoints, keyspace, createSchema: true };
  let cut = false;
  const backend = await openCassandra(
    settings,
    systemComponents(silentLogger),
    (session) => new Cord(session, () => cut),
  );
  const close = (): Promise<void> => backend.close();
  return {
    timedEvents: backend.timedEvents,
    async reopen() {
      await close();
      return open(contactPoint, keyspace);
    },
    beside: () => open(contactPoint, keyspace),
    vanish() {
      cut = true;
      return Promise.resolve();
    },
    close,
    cleanup: close,
  };
}
