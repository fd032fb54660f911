import { AppError } from '../core/index.js';

export interface PlaceLimits {
  /** Short calls at once. */
  readonly callsMax: number;
  /** Long ones. */
  readonly longCallsMax: number;
  /** What requests that are being received and answered hold together. */
  readonly requestBytesMax: number;
}

/** Of what one address may have of the requests that are still on their way: slow ones fill up. */
const RECEIVING_SHARE = 1 / 4;
const BYTES_SHARE = 1 / 2;

interface Share {
  calls: number;
  receiving: number;
  bytes: number;
}

/** How many calls there are, and what they hold. */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #open = { short: 0, long: 0 };
  /** Addresses with calls. */
  readonly #shares = new Map<string, Share>();
  #bytes = 0;

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** A place for a call of an address. Throws OVERLOADED. */
  take(duration: 'short' | 'long', address: string): Place {
    const { callsMax, longCallsMax } = this.#limits;
    const [max, limit] =
      duration === 'short' ? [callsMax, 'CALLS_MAX'] : [longCallsMax, 'CALLS_LONG_MAX'];
    if (this.#open[duration] >= max) {
      throw overloaded('the server has as many calls as it takes', limit);
    }
    const share = this.#shares.get(address) ?? { calls: 0, receiving: 0, bytes: 0 };
    if (share.receiving >= Math.max(1, callsMax * RECEIVING_SHARE)) {
      throw overloaded('too many requests of this address are on their way', 'CALLS_MAX');
    }
    this.#shares.set(address, share);
    share.calls += 1;
    this.#open[duration] += 1;
    return new Place(this.#room(duration, address, share), duration);
  }

  #room(duration: 'short' | 'long', address: string, share: Share): Room {
    return {
      receiving: (change) => {
        share.receiving += change;
      },
      hold: (bytes) => this.#hold(share, bytes),
      release: (bytes) => {
        share.bytes -= bytes;
        this.#bytes -= bytes;
      },
      leave: () => {
        this.#open[duration] -= 1;
        share.calls -= 1;
        if (share.calls === 0) this.#shares.delete(address);
      },
    };
  }

  #hold(share: Share, bytes: number): void {
    const { requestBytesMax } = this.#limits;
    const isFull = this.#bytes + bytes > requestBytesMax;
    if (isFull || share.bytes + bytes > requestBytesMax * BYTES_SHARE) {
      throw overloaded('the requests under way are too large together', 'CALLS_BYTES_MAX');
    }
    share.bytes += bytes;
    this.#bytes += bytes;
  }
}

interface Room {
  receiving(change: 1 | -1): void;
  /** Throws OVERLOADED. */
  hold(bytes: number): void;
  release(bytes: number): void;
  leave(): void;
}

/** The place of one call. */
export class Place {
  readonly #room: Room;
  readonly #duration: 'short' | 'long';
  #receiving = false;
  #bytes = 0;

  constructor(room: Room, duration: 'short' | 'long') {
    this.#room = room;
    this.#duration = duration;
  }

  /** Its request is read from now on. */
  receive(): void {
    this.#receiving = true;
    this.#room.receiving(1);
  }

  /** Throws OVERLOADED. */
  hold(bytes: number): void {
    this.#room.hold(bytes);
    this.#bytes += bytes;
  }

  received(): void {
    if (this.#duration === 'long') this.#release();
    if (this.#receiving) this.#room.receiving(-1);
    this.#receiving = false;
  }

  leave(): void {
    this.received();
    this.#release();
    this.#room.leave();
  }

  #release(): void {
    this.#room.release(this.#bytes);
    this.#bytes = 0;
  }
}

function overloaded(message: string, limit: string): AppError {
  return new AppError('OVERLOADED', message, { limit });
}
