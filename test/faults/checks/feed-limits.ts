import type { AppendTry, FaultPeriod, PassedAppend, RunRecord } from '../history/operation.js';
import { possibleTriesOf, type AppendStory } from './append-index.js';

/** The limits of DESIGN §5 for which a view may pass an event, named as they are counted. */
export const FEED_LIMITS = {
  open: 'missed: its server said so, it was open for the feed delay',
  down: 'missed: its server was killed, paused or cut off in a try',
  died: 'missed: its server was killed before the end of an unknown try was known',
} as const;

export type FeedLimit = (typeof FEED_LIMITS)[keyof typeof FEED_LIMITS];

/** A server that is stopped for less goes on where it was: its marks are still believed. */
const STOPPED_MIN_MS = 2_000;
/** Faults that keep a server from finishing what it began, by the beginning of their name. */
const STOPS_A_SERVER = /^(kill|pause|isolate|cut|partition)/;

/** Why a reader of a view may have missed the events of an append; undefined: it may not. */
export class FeedLimits {
  readonly #passed: readonly PassedAppend[];
  readonly #stops: readonly FaultPeriod[];
  readonly #answers = new Map<string, FeedLimit | undefined>();

  constructor({ passed, lines }: Pick<RunRecord, 'passed' | 'lines'>) {
    this.#passed = passed;
    this.#stops = lines.flatMap((line) =>
      line.kind === 'fault' && stopsAServer(line) ? [line] : [],
    );
  }

  /** For an event of it that was written at `savetimeMs`. */
  of(story: AppendStory, savetimeMs: number | undefined): FeedLimit | undefined {
    const told = ({ fromMs, toMs }: PassedAppend): boolean =>
      savetimeMs !== undefined && fromMs <= savetimeMs && savetimeMs <= toMs;
    if (this.#passed.some(told)) return FEED_LIMITS.open;
    if (!this.#answers.has(story.append)) this.#answers.set(story.append, this.#find(story));
    return this.#answers.get(story.append);
  }

  #find(story: AppendStory): FeedLimit | undefined {
    const tries = possibleTriesOf(story);
    const oks = tries.filter(({ end }) => end.kind === 'ok');
    const knownMs = Math.min(...oks.map((one) => one.endedMs));
    const wasHit = (one: AppendTry, isOver: (period: FaultPeriod) => boolean): boolean =>
      this.#stops.some((period) => hits(period, one.server) && isOver(period));
    for (const one of tries) {
      if (wasHit(one, (stop) => overlap(stop, one.invokedMs, one.endedMs))) return FEED_LIMITS.down;
    }
    const died = tries.some(
      (one) =>
        one.end.kind === 'unknown' &&
        wasHit(one, (stop) => isKill(stop) && overlap(stop, one.endedMs, knownMs)),
    );
    return died ? FEED_LIMITS.died : undefined;
  }
}

function stopsAServer(period: FaultPeriod): boolean {
  const lastedMs = period.toMs - period.fromMs;
  return STOPS_A_SERVER.test(period.fault) && (isKill(period) || lastedMs >= STOPPED_MIN_MS);
}

/** A fault without a target hit every server, if servers are what it hits. */
function hits({ target, fault }: FaultPeriod, server: string): boolean {
  return target === undefined ? fault.includes('server') : target === server;
}

function isKill({ fault }: FaultPeriod): boolean {
  return fault.startsWith('kill');
}

function overlap(period: FaultPeriod, fromMs: number, toMs: number): boolean {
  return period.fromMs <= toMs && period.toMs >= fromMs;
}
