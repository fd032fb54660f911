/** Waits that a signal ends: one listener for each signal, however many wait on it. */
export class AbortRace {
  readonly #waiting = new WeakMap<AbortSignal, Set<() => void>>();

  /** What `work` answers, or what `ended` says if the signal is aborted first. */
  race<Result>(work: Promise<Result>, signal: AbortSignal, ended: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const stop = this.watch(signal, () => resolve(ended()));
      const settle = <Value>(answer: (value: Value) => void) => {
        return (value: Value): void => {
          stop();
          answer(value);
        };
      };
      work.then(settle(resolve), settle(reject));
    });
  }

  /** Calls `end` once the signal is aborted, unless what is answered is called before. */
  watch(signal: AbortSignal, end: () => void): () => void {
    const waiting = this.#waiting.get(signal) ?? this.#listen(signal);
    waiting.add(end);
    return () => void waiting.delete(end);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const waiting = new Set<() => void>();
    this.#waiting.set(signal, waiting);
    signal.addEventListener(
      'abort',
      () => {
        for (const end of waiting) end();
      },
      { once: true },
    );
    return waiting;
  }
}
