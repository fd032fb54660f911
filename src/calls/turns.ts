import { setImmediate } from 'node:timers/promises';

/** Lets so many go on in each turn of the event loop, in the order in which they came. */
export class Turns {
  readonly #perTurn: number;
  #taken = 0;
  #turn: Promise<void> | undefined;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  async next(): Promise<void> {
    while (this.#taken >= this.#perTurn) await this.#turn;
    this.#taken += 1;
    this.#turn ??= this.#end();
  }

  async #end(): Promise<void> {
    await setImmediate();
    this.#taken = 0;
    this.#turn = undefined;
  }
}
