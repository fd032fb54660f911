/**
 * There is no connection. Wraps what the system says: undici dials again by itself after some
 * codes, and leaves its queue waiting after others.
 */
export class DialError extends Error {
  override readonly name: string = 'DialError';

  constructor(cause: unknown) {
    super('no connection', { cause });
  }
}

/** The guard forbids the address. */
export class DialRefused extends DialError {
  override readonly name = 'DialRefused';

  constructor() {
    super(undefined);
  }
}
