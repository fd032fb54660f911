import { z } from 'zod';

/** How a limit stands, over all pollers. Pure: who writes it compares and sets. */
export interface LimitState {
  /** The wall-clock time from which tokens were taken last, and how many of them since. */
  readonly fromMs: number;
  readonly taken: number;
  readonly pollers: Readonly<Record<string, SlotHolder>>;
  readonly nextTicket: number;
}

/** A poller that has slots, or wishes for some. */
export interface SlotHolder {
  readonly held: number;
  /** So many it would use now. */
  readonly wants: number;
  /** Who drew it earlier comes first. */
  readonly ticket: number;
  /** Rises with each of its writes: one that stands still is gone. */
  readonly beat: number;
}

const HOLDER = z.object({
  held: z.number(),
  wants: z.number(),
  ticket: z.number(),
  beat: z.number(),
});
const STATE = z.object({
  fromMs: z.number(),
  taken: z.number(),
  pollers: z.record(z.string(), HOLDER),
  nextTicket: z.number(),
});

export const NO_LIMIT_STATE: LimitState = { fromMs: 0, taken: 0, pollers: {}, nextTicket: 1 };

export function decodeLimitState(content: string | undefined): LimitState {
  return content === undefined ? NO_LIMIT_STATE : STATE.parse(JSON.parse(content));
}

/** A numbered stretch of the wall clock, and the tokens that it has. */
export interface RatePeriod {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly capacity: number;
}

/**
 * Below one a second: periods with one token. Else seconds; those of a rate with a fraction have
 * one token more now and then, so that the sum is right.
 */
export function ratePeriod(ratePerSecond: number, nowMs: number): RatePeriod {
  if (ratePerSecond < 1) {
    const lengthMs = Math.ceil(1_000 / ratePerSecond);
    const fromMs = Math.floor(nowMs / lengthMs) * lengthMs;
    return { fromMs, untilMs: fromMs + lengthMs, capacity: 1 };
  }
  const second = Math.floor(nowMs / 1_000);
  const capacity = Math.floor((second + 1) * ratePerSecond) - Math.floor(second * ratePerSecond);
  return { fromMs: second * 1_000, untilMs: (second + 1) * 1_000, capacity };
}

/** Clocks do not differ by so much: a time further ahead was written before a clock was set. */
const CLOCK_STEP_MS = 10_000;

/** What is left of a period, as a state has it. None while the state is ahead of this clock. */
export function tokensLeft(state: LimitState, period: RatePeriod, nowMs: number): number {
  const aheadMs = state.fromMs - nowMs;
  if (aheadMs > CLOCK_STEP_MS || state.fromMs < period.fromMs) return period.capacity;
  return aheadMs > 0 ? 0 : Math.max(0, period.capacity - state.taken);
}

/** Takes up to `wanted`. The time of the state never goes back, but for a clock that was set. */
export function takeTokens(
  state: LimitState,
  period: RatePeriod,
  wanted: number,
  nowMs: number,
): { readonly state: LimitState; readonly tokens: number } {
  const tokens = Math.min(wanted, tokensLeft(state, period, nowMs));
  if (tokens <= 0) return { state, tokens: 0 };
  const goesOn = state.fromMs >= period.fromMs && state.fromMs <= nowMs;
  const [fromMs, before] = goesOn ? [state.fromMs, state.taken] : [period.fromMs, 0];
  return { state: { ...state, fromMs, taken: before + tokens }, tokens };
}

type Holders = LimitState['pollers'];

/**
 * How many slots each poller should have: as even as what they want allows. What cannot be shared
 * evenly goes to those with the lowest tickets.
 */
export function slotShares(pollers: Holders, concurrency: number): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  let left = concurrency;
  let open = Object.entries(pollers).filter(([, { wants }]) => wants > 0);
  for (;;) {
    const level = open.length === 0 ? 0 : Math.floor(left / open.length);
    const content = open.filter(([, { wants }]) => wants <= level);
    if (content.length === 0) {
      const byTicket = open.toSorted(([, one], [, other]) => one.ticket - other.ticket);
      const rest = left - level * open.length;
      byTicket.forEach(([id], index) => shares.set(id, level + (index < rest ? 1 : 0)));
      return shares;
    }
    for (const [id, { wants }] of content) {
      shares.set(id, wants);
      left -= wants;
    }
    open = open.filter(([id]) => !shares.has(id));
  }
}

/** How a poller stands, and what it would like. */
export interface SlotAsk {
  readonly poller: string;
  /** Calls under way. */
  readonly used: number;
  /** Slots that it may use; it holds no fewer in the document, unless others took it for gone. */
  readonly holding: number;
  readonly wants: number;
  /** It has had its slots for long enough, if another wants some. */
  readonly turnOver: boolean;
  readonly beat: number;
}

export interface SlotPlan {
  readonly state: LimitState;
  /** Slots once `state` is stored. */
  readonly held: number;
  /** Calls that may be under way until then, and after: below `held` while some are given back. */
  readonly ceiling: number;
  /** Its turn begins anew. */
  readonly drewTicket: boolean;
}

/** The next state of the slots. `concurrency` undefined: there is no limit any more. */
export function planSlots(
  state: LimitState,
  ask: SlotAsk,
  concurrency: number | undefined,
): SlotPlan {
  const { [ask.poller]: before, ...others } = state.pollers;
  // whom others took for gone has what it uses, and nothing more
  const holding = before === undefined ? ask.used : ask.holding;
  if (concurrency === undefined || (holding === 0 && ask.wants === 0)) {
    return { state: { ...state, pollers: others }, held: 0, ceiling: 0, drewTicket: false };
  }
  const old = ask.turnOver && hasRivals(others) ? undefined : before;
  const { ticket, nextTicket } = ticketOf(old, state);
  const wish = { wants: Math.min(ask.wants, concurrency), ticket, beat: ask.beat };
  const standing = { ...others, [ask.poller]: { ...wish, held: holding } };
  const shares = slotShares(standing, concurrency);
  const share = shares.get(ask.poller) ?? 0;
  const free = concurrency - Object.values(standing).reduce((sum, { held }) => sum + held, 0);
  const gives = holding > share && (free < 0 || isOwed(others, shares));
  const gains = Math.max(0, Math.min(share - holding, free));
  const held = gives ? Math.max(ask.used, share) : holding + gains;
  const pollers = { ...others, [ask.poller]: { ...wish, held } };
  const next = { ...state, nextTicket, pollers };
  return { state: next, held, ceiling: gives ? share : held, drewTicket: old === undefined };
}

/** Who has none draws the next one. */
function ticketOf(
  holder: SlotHolder | undefined,
  { nextTicket }: LimitState,
): { readonly ticket: number; readonly nextTicket: number } {
  if (holder !== undefined) return { ticket: holder.ticket, nextTicket };
  return { ticket: nextTicket, nextTicket: nextTicket + 1 };
}

function hasRivals(others: Holders): boolean {
  return Object.values(others).some(({ wants, held }) => wants > held);
}

/** Whether one of them has less than its share. */
function isOwed(others: Holders, shares: ReadonlyMap<string, number>): boolean {
  return Object.entries(others).some(([id, { held }]) => held < (shares.get(id) ?? 0));
}
