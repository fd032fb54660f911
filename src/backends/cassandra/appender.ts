import {
  namedVersion,
  planAppends,
  windowStart,
  type AppendDecision,
  type AppendPlan,
  type KnownStream,
  type StreamAppend,
  type StreamRef,
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
import { EarlierRows, type VersionRange } from './earlier-rows.js';
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
  readonly earlier: EarlierRows;
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

type Decided = Exclude<WriteResult, { kind: 'refused' }>;

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
    const earlier = new EarlierRows(this.#parts.heads, stream.id);
    const answers = new Map<number, AppendOutcome>();
    let waiting: readonly Waiting[] = appends.map((append, index) => ({ index, append }));
    let head: StreamHead | undefined;
    for (let races = 0; waiting.length > 0; ) {
      let outcomes: ReadonlyMap<number, AppendOutcome>;
      try {
        signal.throwIfAborted();
        head ??= await this.#firstHead(stream, waiting);
        const round = await this.#round({ stream, waiting, head, earlier, signal });
        ({ outcomes, head } = round);
        if (round.lostRace) await this.#pauseAfterRace((races += 1), signal);
      } catch (error) {
        // Only what precedes a write throws: what still waits has not been sent.
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
    const { stream, head, signal } = round;
    const { heads, directory, writer } = this.#parts;
    const plan = planAppends(
      round.waiting.map(({ append }) => append),
      await this.#knownStream(round),
      this.#limits,
    );
    const certain = plan.decisions.every(({ kind }) => kind === 'found' || kind === 'write');
    if (plan.events.length === 0 && !certain && !head.definite) {
      const read = await heads.read(stream.id, 'serial');
      return { outcomes: new Map(), head: read, lostRace: false };
    }
    const found = await this.#foundEarlier(round, plan);
    if (plan.events.length === 0) return this.#answered(round, { plan, found }, undefined);
    if (plan.baseVersion === 0) await directory.enlist(stream);
    const result = await writer.write({ stream, head, events: plan.events, signal });
    if (result.kind === 'refused') {
      heads.forget(stream.id);
      return { outcomes: new Map(), head: result.head, lostRace: true };
    }
    return this.#answered(round, { plan, found }, result);
  }

  /** The ids that stand where an earlier try of one of the appends would. */
  async #knownStream({ stream, head, waiting, earlier }: Round): Promise<KnownStream> {
    const near: VersionRange[] = [];
    let windowFrom = head.version + 1;
    for (const { append } of waiting) {
      const named = namedVersion(append.expected);
      if (append.freshIds || (named ?? 0) >= head.version) continue;
      if (named === undefined) {
        windowFrom = Math.min(windowFrom, windowStart(append, head.version, this.#limits));
      } else {
        const to = Math.min(head.version, named + append.events.length);
        near.push({ from: named + 1, to });
      }
    }
    const window =
      windowFrom > head.version
        ? undefined
        : await this.#parts.heads.window(stream.id, windowFrom, head.version);
    const places = await earlier.with(near);
    return {
      currentVersion: head.version,
      versionOf: (id, from, to) => places.find(id, from, to) ?? window?.find(id, from, to),
    };
  }

  /** Compares the contents of what earlier tries wrote; before the write, which can then answer. */
  async #foundEarlier(round: Round, plan: AppendPlan): Promise<ReadonlyMap<number, AppendOutcome>> {
    const found = new Map<number, AppendOutcome>();
    for (const [position, { index, append }] of round.waiting.entries()) {
      const decision = plan.decisions[position];
      if (decision?.kind !== 'found') continue;
      const { firstVersion, lastVersion } = decision;
      const recorded = await this.#parts.reader.range(round.stream.id, firstVersion, lastVersion);
      found.set(index, earlierTry(append, recorded));
    }
    return found;
  }

  /** Cannot fail: whatever the write has done, every append of the round gets its true answer. */
  #answered(
    round: Round,
    planned: {
      readonly plan: AppendPlan;
      readonly found: ReadonlyMap<number, AppendOutcome>;
    },
    result: Decided | undefined,
  ): RoundResult {
    const { plan, found } = planned;
    const outcomes = new Map(found);
    for (const [position, { index }] of round.waiting.entries()) {
      const decision = plan.decisions[position];
      const outcome = decision === undefined ? undefined : outcomeOf(decision, plan, result);
      if (outcome !== undefined) outcomes.set(index, outcome);
    }
    if (result?.kind !== 'applied') return { outcomes, head: round.head, lostRace: false };
    const head: StreamHead = {
      version: plan.baseVersion + plan.events.length,
      lastSavetimeMs: result.savetimesMs.at(-1),
      definite: true,
    };
    const { heads } = this.#parts;
    const { idWindow, eventsMax } = this.#limits;
    heads.remember(round.stream.id, head);
    const ids = plan.events.map((event) => event.eventId);
    heads.extendWindow(round.stream.id, plan.baseVersion, ids, idWindow + eventsMax);
    return { outcomes, head, lostRace: false };
  }

  /** Other servers won: give way, at random, so that one of the racers comes through. */
  async #pauseAfterRace(races: number, signal: AbortSignal): Promise<void> {
    const { timers, random, metrics } = this.#components;
    metrics.add('cassadra_lwt_lost_races_total', {});
    if (races < 2) return;
    await timers.sleep(random.next() * LOST_RACE_PAUSE_MS * Math.min(races, 10), signal);
  }
}

/** Undefined: answered by what was found, or not yet and the append goes into the next round. */
function outcomeOf(
  decision: AppendDecision,
  plan: AppendPlan,
  result: Decided | undefined,
): AppendOutcome | undefined {
  const settled = result === undefined || result.kind === 'applied';
  switch (decision.kind) {
    case 'found':
      return undefined;
    case 'write': {
      if (result === undefined || result.kind === 'unavailable') return notSent(result);
      if (result.kind === 'undecided') return { kind: 'unknown' };
      const { firstVersion, lastVersion } = decision;
      const savetimeMs = result.savetimesMs[lastVersion - plan.baseVersion - 1] ?? 0;
      return { kind: 'appended', firstVersion, lastVersion, savetimeMs };
    }
    case 'conflict':
      return settled ? decision : notSent(result);
    case 'id-reused':
      return settled ? idReused(decision.eventId) : notSent(result);
    case 'stream-full':
      return settled ? streamFull() : notSent(result);
    case 'deferred':
      return settled ? undefined : notSent(result);
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
