import { CircuitBreaker, type CallVerdict } from './circuit-breaker.js';

export interface GateLimits {
  /** Calls at once to one scheme, host and port. */
  readonly perDestination: number;
  readonly perApplication: number;
  /** Sockets of this process. */
  readonly total: number;
}

export const DEFAULT_GATE_LIMITS: GateLimits = {
  perDestination: 64,
  perApplication: 256,
  total: 1_024,
};

/**
 * A destination with a call under way gets no more than this part of what is free, in all and for
 * its application: destinations that hang must not use up what the next one needs.
 */
const SHARE_OF_FREE = 0.5;
/** This part of both caps is kept for destinations without a call under way. */
const RESERVE = 1 / 8;

/** Beyond this, destinations without calls are forgotten, the longest unused first. */
const DESTINATIONS_MAX = 10_000;
/** How many of them are looked at in one admission. */
const FORGET_LOOKS_MAX = 16;

/** The right to make one call. Goes back to the gate once. */
export interface Ticket {
  readonly destination: string;
  readonly application: string;
  readonly probe: boolean;
}

/** Which limit is reached. */
export type Cap = 'destination' | 'application' | 'total';

export type Blocked =
  | { readonly kind: 'blocked'; readonly by: Cap }
  | { readonly kind: 'blocked'; readonly by: 'open'; readonly retryAtMs: number };

export type Admission = { readonly kind: 'admitted'; readonly ticket: Ticket } | Blocked;

interface Destination {
  active: number;
  readonly breaker: CircuitBreaker;
}

/**
 * Limits calls by destination, by application and in all, and keeps the circuit breaker of each
 * destination. Who is blocked by `destination` or `application` may ask again when a call of that
 * one ends: there is one under way. All O(1).
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #destinations = new Map<string, Destination>();
  readonly #applications = new Map<string, number>();
  readonly #out = new Set<Ticket>();

  constructor(limits: GateLimits = DEFAULT_GATE_LIMITS) {
    this.#limits = limits;
  }

  /** Calls under way. */
  get active(): number {
    return this.#out.size;
  }

  /** Destinations that are remembered. */
  get destinations(): number {
    return this.#destinations.size;
  }

  /** Destinations with an open breaker. Looks at all that are remembered. */
  get breakersOpen(): number {
    let open = 0;
    for (const { breaker } of this.#destinations.values()) if (breaker.isOpen) open += 1;
    return open;
  }

  /** `chance`, from 0 to below 1, spreads those who wait for an open breaker. */
  admit(destination: string, application: string, nowMs: number, chance: number): Admission {
    const known = this.#destinations.get(destination);
    if (known?.breaker.mayCall(nowMs) === false) {
      return { kind: 'blocked', by: 'open', retryAtMs: known.breaker.retryAtMs(nowMs, chance) };
    }
    const by = this.#fullFor(known?.active ?? 0, this.#applications.get(application) ?? 0);
    if (by !== undefined) return { kind: 'blocked', by };
    const state = known ?? this.#remember(destination);
    state.active += 1;
    this.#applications.set(application, (this.#applications.get(application) ?? 0) + 1);
    const ticket = { destination, application, probe: state.breaker.begin(nowMs) };
    this.#out.add(ticket);
    return { kind: 'admitted', ticket };
  }

  /** Gives a ticket back. False: it was given back before, nothing is done. */
  release(ticket: Ticket, verdict: CallVerdict, nowMs: number): boolean {
    if (!this.#out.delete(ticket)) return false;
    const { destination, application } = ticket;
    const applicationActive = (this.#applications.get(application) ?? 1) - 1;
    if (applicationActive === 0) this.#applications.delete(application);
    else this.#applications.set(application, applicationActive);
    const state = this.#destinations.get(destination);
    if (state === undefined) return true;
    state.active -= 1;
    state.breaker.end(verdict, ticket.probe, nowMs);
    if (state.active > 0) return true;
    this.#destinations.delete(destination);
    // put in again, it is the one used last
    if (!state.breaker.isClean) this.#destinations.set(destination, state);
    return true;
  }

  /** Whether the cap of all calls is reached. */
  get isFull(): boolean {
    return this.#out.size >= this.#limits.total;
  }

  /** Calls under way like one that is over: those who wait for such ones ask again at their end. */
  othersOf({ destination, application }: Ticket): {
    readonly atDestination: number;
    readonly inApplication: number;
  } {
    return {
      atDestination: this.#destinations.get(destination)?.active ?? 0,
      inApplication: this.#applications.get(application) ?? 0,
    };
  }

  #fullFor(atDestination: number, inApplication: number): Cap | undefined {
    const { perDestination, perApplication, total } = this.#limits;
    const free = total - this.#out.size;
    if (free <= 0) return 'total';
    if (inApplication >= perApplication) return 'application';
    // the first call of a destination may come out of the reserve
    if (atDestination === 0) return undefined;
    const room = Math.min(
      free - total * RESERVE,
      perApplication - inApplication - perApplication * RESERVE,
    );
    return atDestination >= Math.min(perDestination, room * SHARE_OF_FREE)
      ? 'destination'
      : undefined;
  }

  #remember(destination: string): Destination {
    if (this.#destinations.size >= DESTINATIONS_MAX) this.#forgetSome();
    const state = { active: 0, breaker: new CircuitBreaker() };
    this.#destinations.set(destination, state);
    return state;
  }

  #forgetSome(): void {
    let looks = 0;
    for (const [name, { active }] of this.#destinations) {
      if (active === 0) this.#destinations.delete(name);
      looks += 1;
      if (looks === FORGET_LOOKS_MAX) return;
    }
  }
}
