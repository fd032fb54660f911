import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

export type Method = 'FindByID' | 'FindByType' | 'Update';

/** How a call ended, in bytes. */
export interface RawAnswer {
  /** gRPC status; 0 = OK. */
  readonly code: number;
  readonly message: string;
  /** Hex of the response; '' when there is none. */
  readonly response: string;
  /** `grpc-status-details-bin`. */
  readonly details: Buffer;
}

export interface RawOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const CONNECT_MS = 30_000;

const same = (bytes: Buffer): Buffer => bytes;

/** Sends bytes that a test wrote itself. */
export class RawCaller {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Connects, so that the first call's deadline has only the call to cover. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + CONNECT_MS, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  call(method: Method, bytes: Buffer, options: RawOptions = {}): Promise<RawAnswer> {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(options.metadata ?? {})) metadata.set(key, value);
    const path = `/storegrpc.EventStoreService/${method}`;
    const { timeoutMs, signal } = options;
    const limits = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    return new Promise((resolve) => {
      const done = (error: ServiceError | null, response?: Buffer): void =>
        resolve(answerOf(error, response));
      const call = this.#client.makeUnaryRequest(path, same, same, bytes, metadata, limits, done);
      signal?.addEventListener('abort', () => call.cancel(), { once: true });
    });
  }

  close(): void {
    this.#client.close();
  }
}

function answerOf(error: ServiceError | null, response?: Buffer): RawAnswer {
  const details = error?.metadata.get('grpc-status-details-bin')[0];
  return {
    code: error?.code ?? 0,
    message: error?.details ?? '',
    response: response?.toString('hex') ?? '',
    details: details instanceof Buffer ? details : Buffer.alloc(0),
  };
}

/** Bytes written as hex, in groups that may be apart. */
export function hex(...groups: readonly string[]): Buffer {
  return Buffer.from(groups.join('').replaceAll(/\s/g, ''), 'hex');
}
