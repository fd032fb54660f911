import {
  namedVersion,
  planAppends,
  type AppendDecision,
  type AppendPlan,
  type KnownStream,
  type StreamAppend,
  type StreamRef,
  type Uuid,
  type WriteLimits,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import {
  earlierTry,
  idReused,
  streamFull,
  type AppendOutcome,
  type AppendRequest,
} from '../../storage/index.js';
import type { ConditionalWriter, WriteResult } from './conditional-write.js';
import { unavailable } from './errors.js';
import { EventIdIndex } from './event-id-index.js';
import type { StreamDirectory } from './stream-directory.js';
import type { StreamHead, StreamHeads } from './stream-heads.js';
import type { StreamReader } from './stream-reader.js';

const LOST_RACE_PAUSE_MS = 20;

interface Waiting {
  readonly index: number;
  readonly append: StreamAppend;
}

interface Round {
  readonly stream: StreamRef;
  readonly waiting: readonly Waiting[];
  readonly head: StreamHead;
  readonly signal: AbortSignal;
}

/** What a round has answered, and what the next one starts from. */
interface RoundResult {
  readonly outcomes: ReadonlyMap<number, AppendOutcome>;
  readonly head: StreamHead;
  readonly lostRace: boolean;
}

interface AppenderParts {
  readonly heads: StreamHeads;
  readonly writer: ConditionalWriter;
  readonly reader: StreamReader;
  readonly directory: StreamDirectory;
}

/** The append of the event log: plans, writes, answers, until every append has its answer. */
export class Appender {
  readonly #parts: AppenderParts;
  readonly #limits: WriteLimits;
  readonly #components: Components;

  constructor(parts: AppenderParts, limits: WriteLimits, components: Components) {
    this.#parts = parts;
    this.#limits = limits;
    this.#components = components;
  }

  /** See `EventLog.append`. */
  async append(request: AppendRequest): Promise<AppendOutcome[]> {
    const { stream, appends, signal } = request;
    const answers = new Map<number, AppendOutcome>();
    let waiting: readonly Waiting[] = appends.map((append, index) => ({ index, append }));
    let head: StreamHead | undefined;
    for (let races = 0; waiting.length > 0; ) {
      let outcomes: ReadonlyMap<number, AppendOutcome>;
      try {
        signal.throwIfAborted();
        head ??= await this.#firstHead(stream, waiting);
        const round = await this.#round({ stream, waiting, head, signal });
        ({ outcomes, head } = round);
        if (round.lostRace) await this.#pauseAfterRace((races += 1), signal);
      } catch (error) {
        // Only reads throw: what still waits has not been sent.
        outcomes = unsent(waiting, error);
      }
      for (const [index, outcome] of outcomes) answers.set(index, outcome);
      waiting = waiting.filter(({ index }) => !answers.has(index));
    }
    return appends.map((_, index) => answers.get(index) ?? { kind: 'unknown' });
  }

  /** The remembered head; else what the first append believes; else what is read. */
  async #firstHead(stream: StreamRef, waiting: readonly Waiting[]): Promise<StreamHead> {
    const remembered = this.#parts.heads.remembered(stream.id);
    if (remembered !== undefined) return remembered;
    const named = waiting[0] === undefined ? undefined : namedVersion(waiting[0].append.expected);
    return named === undefined
      ? this.#parts.heads.read(stream.id, 'read')
      : { version: named, lastSavetimeMs: undefined, definite: false };
  }

  async #round(round: Round): Promise<RoundResult> {
    const appends = round.waiting.map(({ append }) => append);
    const known = await this.#knownStream(round.stream.id, round.head, appends);
    const plan = planAppends(appends, known, this.#limits);
    const doubtful = plan.decisions.some((decision) => decision.kind === 'conflict');
    if (plan.events.length === 0) {
      if (doubtful && !round.head.definite) {
        const head = await this.#parts.heads.read(round.stream.id, 'serial');
        return { outcomes: new Map(), head, lostRace: false };
      }
      return this.#answered(round, plan, undefined);
    }
    if (plan.baseVersion === 0) await this.#parts.directory.enlist(round.stream);
    const result = await this.#parts.writer.write({
      stream: round.stream,
      head: round.head,
      events: plan.events,
      signal: round.signal,
    });
    if (result.kind === 'refused') {
      this.#parts.heads.forget(round.stream.id);
      return { outcomes: new Map(), head: result.head, lostRace: true };
    }
    return this.#answered(round, plan, result);
  }

  /** The ids that stand where an earlier try of one of the appends would. */
  async #knownStream(
    stream: Uuid,
    head: StreamHead,
    appends: readonly StreamAppend[],
  ): Promise<KnownStream> {
    const { heads } = this.#parts;
    const near = new EventIdIndex();
    let window: EventIdIndex | undefined;
    for (const { expected, events, freshIds } of appends) {
      const named = namedVersion(expected);
      if (freshIds || (named ?? 0) >= head.version) continue;
      if (named === undefined) {
        const from = Math.max(1, head.version - this.#limits.idWindow + 1);
        window ??= await heads.window(stream, from, head.version);
      } else {
        const to = Math.min(head.version, named + events.length);
        const rows = await heads.rowsBetween(stream, named + 1, to);
        for (const row of rows) near.add(row.eventId, row.version);
      }
    }
    return {
      currentVersion: head.version,
      versionOf: (id, from, to) => near.find(id, from, to) ?? window?.find(id, from, to),
    };
  }

  async #answered(
    round: Round,
    plan: AppendPlan,
    result: Exclude<WriteResult, { kind: 'refused' }> | undefined,
  ): Promise<RoundResult> {
    const version = plan.baseVersion + plan.events.length;
    const outcomes = new Map<number, AppendOutcome>();
    let position = 0;
    for (const { index, append } of round.waiting) {
      const decision = plan.decisions[position];
      position += 1;
      if (decision === undefined) continue;
      const outcome = await this.#outcome(round, { append, decision, plan }, result);
      if (outcome !== undefined) outcomes.set(index, outcome);
    }
    const lastSavetimeMs = result?.kind === 'applied' ? result.savetimesMs.at(-1) : undefined;
    if (result?.kind !== 'applied') return { outcomes, head: round.head, lostRace: false };
    const head: StreamHead = { version, lastSavetimeMs, definite: true };
    const { heads } = this.#parts;
    heads.remember(round.stream.id, head);
    const ids = plan.events.map((event) => event.eventId);
    heads.extendWindow(round.stream.id, plan.baseVersion, ids, this.#limits.idWindow);
    return { outcomes, head, lostRace: false };
  }

  /** Undefined: not yet, the append goes into the next round. */
  async #outcome(
    round: Round,
    item: {
      readonly append: StreamAppend;
      readonly decision: AppendDecision;
      readonly plan: AppendPlan;
    },
    result: Exclude<WriteResult, { kind: 'refused' }> | undefined,
  ): Promise<AppendOutcome | undefined> {
    const { append, decision, plan } = item;
    const settled = result === undefined || result.kind === 'applied';
    switch (decision.kind) {
      case 'found': {
        const { firstVersion, lastVersion } = decision;
        const recorded = await this.#parts.reader.range(round.stream.id, firstVersion, lastVersion);
        return earlierTry(append, recorded);
      }
      case 'id-reused':
        return idReused(decision.eventId);
      case 'write': {
        if (result === undefined || result.kind === 'unavailable') return notSent(result);
        if (result.kind === 'undecided') return { kind: 'unknown' };
        const { firstVersion, lastVersion } = decision;
        const savetimeMs = result.savetimesMs[lastVersion - plan.baseVersion - 1];
        if (savetimeMs === undefined) throw new TypeError('a written event without a savetime');
        return { kind: 'appended', firstVersion, lastVersion, savetimeMs };
      }
      case 'conflict':
        return settled ? decision : notSent(result);
      case 'stream-full':
        return settled ? streamFull() : notSent(result);
      case 'deferred':
        return settled ? undefined : notSent(result);
    }
  }

  /** Other servers won: give way, at random, so that one of the racers comes through. */
  async #pauseAfterRace(races: number, signal: AbortSignal): Promise<void> {
    if (races < 2) return;
    const { timers, random } = this.#components;
    await timers.sleep(random.next() * LOST_RACE_PAUSE_MS * Math.min(races, 10), signal);
  }
}

function notSent(result: WriteResult | undefined): AppendOutcome {
  return {
    kind: 'unavailable',
    error: result?.kind === 'unavailable' ? result.error : unavailable(undefined),
  };
}

function unsent(waiting: readonly Waiting[], error: unknown): Map<number, AppendOutcome> {
  return new Map(
    waiting.map(({ index }) => [index, { kind: 'unavailable', error: unavailable(error) }]),
  );
}
