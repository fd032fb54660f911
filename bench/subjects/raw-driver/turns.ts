/** Runs tasks of the same name one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take(name: string, task: () => Promise<void>): Promise<void> {
    const before = this.#last.get(name);
    const own = before === undefined ? task() : before.then(task, task);
    this.#last.set(name, own);
    const done = (): void => {
      if (this.#last.get(name) === own) this.#last.delete(name);
    };
    own.then(done, done);
    return own;
  }
}
