import { TASK_DESTINATION, type CallLimits } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { Documents } from '../../storage/index.js';
import type { Token } from './limit-tokens.js';
import type { Policies } from './policies.js';
import { SharedLimit } from './shared-limit.js';

export interface SharedLimitsParts {
  readonly policies: Policies;
  /** Where limits are kept; while it is undefined, nothing that is limited begins. */
  readonly documents: () => Documents | undefined;
  readonly components: Components;
  readonly poller: string;
  /** Calls that wait for a limit, by its name. */
  readonly waiting: (limit: string) => number;
  /** Some of them may go on. */
  readonly granted: (limit: string) => void;
}

/** Where a call goes, as notices have it. */
export interface CallPlace {
  readonly application: string;
  readonly destination: string;
}

/** The right of one call to begin and to be under way. */
export interface Permit {
  /** Asked when its request is about to be written; then it counts. */
  begin(): boolean;
  /** It is over. Returns the limits that have room by it. */
  end(): readonly string[];
}

const SCOPE = 'limit';
/** Beyond this, limits that are not in use are forgotten. */
const LIMITS_MAX = 1_000;

/** Limits of applications and destinations, shared over all pollers, as one of them has them. */
export class SharedLimits {
  readonly #parts: SharedLimitsParts;
  readonly #limits = new Map<string, SharedLimit>();

  constructor(parts: SharedLimitsParts) {
    this.#parts = parts;
  }

  /** Whether there is a rate: then nothing may begin ahead of its time. */
  hasRate(place: CallPlace): boolean {
    return this.#limitsOf(place).some(([, { ratePerSecond }]) => ratePerSecond !== undefined);
  }

  /** The limit that has no room for a call now. */
  blockedBy(place: CallPlace): string | undefined {
    const blocked = this.#limitsOf(place).find(([name]) => !this.#limit(name, place).hasRoom);
    return blocked?.[0];
  }

  /** Some calls wait for the limit. */
  ask(name: string): void {
    this.#limits.get(name)?.ask();
  }

  /** Admits a call; `blockedBy` must have said that nothing is in its way. */
  permit(place: CallPlace): Permit {
    const taken = this.#limitsOf(place).map(([name]) => {
      const limit = this.#limit(name, place);
      return { name, limit, token: limit.take() };
    });
    return taken.length === 0 ? FREE : new LimitedPermit(taken);
  }

  /** Looks for nothing any more. */
  stop(): void {
    for (const limit of this.#limits.values()) limit.stop();
  }

  /** Gives back what it can, within `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    await Promise.all([...this.#limits.values()].map((limit) => limit.close(timeoutMs)));
  }

  /** Those that hold for a call, by name: the application's last, since it waits for more. */
  #limitsOf({ application, destination }: CallPlace): readonly (readonly [string, CallLimits])[] {
    if (destination === TASK_DESTINATION) return [];
    const { policies } = this.#parts;
    const limits: (readonly [string, CallLimits])[] = [
      [destinationLimit(application, destination), policies.destination(application, destination)],
      [applicationLimit(application), policies.application(application)],
    ];
    return limits.filter(([, { ratePerSecond, concurrency }]) => {
      return ratePerSecond !== undefined || concurrency !== undefined;
    });
  }

  #limit(name: string, { application, destination }: CallPlace): SharedLimit {
    const known = this.#limits.get(name);
    if (known !== undefined) return known;
    if (this.#limits.size >= LIMITS_MAX) this.#forget();
    const { policies, documents, components, poller, waiting, granted } = this.#parts;
    const ofApplication = name === applicationLimit(application);
    const limit = new SharedLimit({
      key: { scope: SCOPE, id: name },
      poller,
      documents,
      components,
      limits: () =>
        ofApplication
          ? policies.application(application)
          : policies.destination(application, destination),
      waiting: () => waiting(name),
      granted: () => granted(name),
    });
    this.#limits.set(name, limit);
    return limit;
  }

  #forget(): void {
    for (const [name, limit] of this.#limits) {
      if (limit.isIdle && this.#parts.waiting(name) === 0) this.#limits.delete(name);
    }
  }
}

/** Names the limit of an application; nothing of it begins while it has no room. */
export function applicationLimit(application: string): string {
  return application;
}

function destinationLimit(application: string, destination: string): string {
  return `${application}\n${destination}`;
}

const FREE: Permit = { begin: () => true, end: () => [] };

interface Taken {
  readonly name: string;
  readonly limit: SharedLimit;
  readonly token: Token;
}

class LimitedPermit implements Permit {
  readonly #taken: readonly Taken[];
  #begun = false;

  constructor(taken: readonly Taken[]) {
    this.#taken = taken;
  }

  begin(): boolean {
    if (this.#begun) return true;
    if (!this.#taken.every(({ limit, token }) => limit.mayBegin(token))) return false;
    for (const { limit, token } of this.#taken) limit.begin(token);
    this.#begun = true;
    return true;
  }

  end(): readonly string[] {
    for (const { limit, token } of this.#taken) limit.end(token);
    return this.#taken.map(({ name }) => name);
  }
}
