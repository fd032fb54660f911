import {
  ANY_VERSION,
  exactVersion,
  parseTypeCode,
  requireUuid,
  STREAM_EXISTS,
  type ExpectedVersion,
  type NewEvent,
  type StreamAppend,
  type StreamRef,
} from '../../../core/index.js';
import type { AppendOutcome } from '../../../storage/index.js';
import type { Disturber } from './disturber.js';
import type { Ledger } from './ledger.js';
import { ServerGone, type SimulatedServer } from './simulated-server.js';
import { note, type World } from './world.js';

const TRIES_MAX = 40;
const AGAIN_AFTER_MS = 60;
const PATIENCE_MS = 60_000;

/** A client that appends, and repeats with the same ids what it got no definite answer to. */
export class Writer {
  readonly #world: World;
  readonly #disturber: Disturber;
  readonly #ledger: Ledger;
  readonly #streams: readonly StreamRef[];

  constructor(
    world: World,
    parts: {
      readonly disturber: Disturber;
      readonly ledger: Ledger;
      readonly streams: readonly StreamRef[];
    },
  ) {
    this.#world = world;
    this.#disturber = parts.disturber;
    this.#ledger = parts.ledger;
    this.#streams = parts.streams;
  }

  async run(): Promise<void> {
    const { time, draws, profile } = this.#world;
    while (time.nowMs < profile.spanMs) {
      const rests = draws.chance(profile.rests);
      await time.sleep(rests ? draws.between(1_000, 2_500) : draws.skewed(0, 500));
      while (time.nowMs < this.#disturber.restUntilMs) await time.sleep(draws.between(0, 400));
      const stream = draws.pick(this.#streams);
      const appends = Array.from({ length: draws.chance(0.2) ? 2 : 1 }, () => this.#append(stream));
      await this.#appendAll(stream, appends);
    }
  }

  #append(stream: StreamRef): StreamAppend {
    const { draws } = this.#world;
    const length = draws.pick([1, 1, 2, 5]);
    const events = Array.from({ length }, () => this.#event());
    return { expected: this.#expected(stream), events, freshIds: draws.chance(0.5) };
  }

  #event(): NewEvent {
    const { draws, profile } = this.#world;
    const type = parseTypeCode(draws.whole(1, profile.types));
    if (type === undefined) throw new RangeError('no type');
    return {
      eventId: requireUuid(draws.uuid()),
      type,
      content: { kind: 'text', text: 'e' },
      contentType: undefined,
      metadata: undefined,
    };
  }

  #expected(stream: StreamRef): ExpectedVersion {
    const { draws, tables } = this.#world;
    const version = tables.streams.get(stream.id)?.version ?? 0;
    if (draws.chance(0.3)) return exactVersion(version);
    return version > 0 && draws.chance(0.2) ? STREAM_EXISTS : ANY_VERSION;
  }

  async #appendAll(stream: StreamRef, appends: readonly StreamAppend[]): Promise<void> {
    const { time } = this.#world;
    for (const { events } of appends) this.#ledger.begin(events);
    let waiting = appends;
    for (let attempt = 0; waiting.length > 0; ) {
      if (attempt >= TRIES_MAX) throw new Error('a writer was never answered');
      if (attempt > 0) await time.sleep(AGAIN_AFTER_MS);
      const server = this.#server();
      if (server === undefined) {
        await time.sleep(AGAIN_AFTER_MS);
        continue;
      }
      attempt += 1;
      const outcomes = await this.#try(server, stream, waiting);
      waiting = waiting.flatMap((append, index) => {
        const outcome: AppendOutcome = outcomes?.[index] ?? { kind: 'unknown' };
        const again = this.#settle(append, outcome);
        return again === undefined ? [] : [again];
      });
    }
  }

  #server(): SimulatedServer | undefined {
    const { draws } = this.#world;
    const servers = this.#disturber.writable();
    const isRunning = ({ process }: SimulatedServer): boolean => process.state === 'running';
    const running = servers.some(isRunning) ? servers : this.#disturber.ready();
    const choice = draws.chance(0.8) ? running.filter(isRunning) : servers;
    return choice.length === 0 ? undefined : draws.pick(choice);
  }

  /** Undefined: the server was killed meanwhile. */
  async #try(
    server: SimulatedServer,
    stream: StreamRef,
    appends: readonly StreamAppend[],
  ): Promise<readonly AppendOutcome[] | undefined> {
    const { time, draws, profile } = this.#world;
    const impatient = profile.mode === 'storms' && draws.chance(0.3);
    const patience = new AbortController();
    const end = time.after(impatient ? draws.between(50, 2_000) : PATIENCE_MS, () =>
      server.process.deliver(() => patience.abort()),
    );
    try {
      return await server.call((log) => log.append({ stream, appends, signal: patience.signal }));
    } catch (error) {
      if (error instanceof ServerGone) return undefined;
      throw error;
    } finally {
      end.cancelled = true;
    }
  }

  /** The append to send again, if it has no definite answer. */
  #settle(append: StreamAppend, outcome: AppendOutcome): StreamAppend | undefined {
    note(this.#world, outcome.kind, append.events[0]?.eventId);
    switch (outcome.kind) {
      case 'appended':
        this.#ledger.acknowledge(append.events);
        return undefined;
      case 'duplicate':
        this.#ledger.find(append.events);
        return undefined;
      case 'conflict':
        this.#ledger.refuse(append.events);
        return undefined;
      case 'unavailable':
        return append;
      case 'unknown':
        return { ...append, freshIds: false };
      case 'invalid':
        throw outcome.error;
    }
  }
}
