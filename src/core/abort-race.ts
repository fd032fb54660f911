/** Waits that a signal ends: one listener for each signal, however many wait on it. */
export class AbortRace {
  readonly #waiting = new WeakMap<AbortSignal, Set<() => void>>();

  /** What `work` answers, or what `ended` says if the signal is aborted first. */
  race<Result>(work: Promise<Result>, signal: AbortSignal, ended: () => Result): Promise<Result> {
    const waiting = this.#waiting.get(signal) ?? this.#listen(signal);
    return new Promise((resolve, reject) => {
      const end = (): void => resolve(ended());
      waiting.add(end);
      const settle = <Value>(answer: (value: Value) => void) => {
        return (value: Value): void => {
          waiting.delete(end);
          answer(value);
        };
      };
      work.then(settle(resolve), settle(reject));
    });
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
