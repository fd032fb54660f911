export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/**
 * All addresses of a name. Rejects with a code: ENOTFOUND, or ETIMEOUT and ESERVFAIL when the
 * name servers do not say. Once the signal is aborted nobody needs the answer.
 */
export type Resolve = (
  hostname: string,
  signal: AbortSignal,
) => Promise<readonly ResolvedAddress[]>;

/** One look-up for all who dial the name while it is under way; stopped when none are left. */
class SharedLookup {
  readonly answer: Promise<readonly ResolvedAddress[]>;
  readonly #stop = new AbortController();
  #dials = 0;

  constructor(hostname: string, resolve: Resolve) {
    this.answer = resolve(hostname, this.#stop.signal);
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  join(signal: AbortSignal): Promise<readonly ResolvedAddress[]> {
    this.#dials += 1;
    const leave = (): void => {
      this.#dials -= 1;
      if (this.#dials === 0) this.#stop.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return this.answer.finally(() => signal.removeEventListener('abort', leave));
  }
}

/** Asks once for dials that begin while the answer is awaited. */
export function sharing(resolve: Resolve): Resolve {
  const underWay = new Map<string, SharedLookup>();
  function begin(hostname: string): SharedLookup {
    const lookup = new SharedLookup(hostname, async (name, signal) => {
      try {
        return await resolve(name, signal);
      } finally {
        if (underWay.get(name) === lookup) underWay.delete(name);
      }
    });
    underWay.set(hostname, lookup);
    return lookup;
  }
  return (hostname, signal) => {
    const known = underWay.get(hostname);
    const lookup = known === undefined || known.stopped ? begin(hostname) : known;
    return lookup.join(signal);
  };
}
