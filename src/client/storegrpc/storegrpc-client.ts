import { Metadata, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { EventStoreServiceClient, type FindResponse } from '../../gen/storegrpc/grpc-store.js';
import type { TlsOptions, TokenSource } from '../connect-options.js';
import { secured } from '../grpc-credentials.js';
import { requireText } from '../require-text.js';
import { toStoreError } from './storegrpc-errors.js';

const TIMEOUT_MS = 2_000;

/** Where the store is. */
export interface StoregrpcAddress {
  readonly host: string;
  readonly port: number;
  /** How long one call may take (2,000). */
  readonly timeoutMs?: number;
  /** `true`: encrypted, with the certificates that the system trusts. */
  readonly tls?: true | TlsOptions;
  /** Sent with each call as `authorization: Bearer …`. It needs `tls`. */
  readonly token?: TokenSource;
  /** Sends the token without encryption, too. */
  readonly allowInsecureToken?: boolean;
}

/** An event as it is handed in. */
export interface NewStoregrpcEvent {
  /** Code of the event type, an int32. */
  readonly type: number;
  /** JSON by custom; the store does not look at it. */
  readonly payload: string;
}

/** An event as it was stored. */
export interface StoregrpcEvent extends NewStoregrpcEvent {
  /** The stream, a UUID in lower case. */
  readonly id: string;
  /** When the store wrote it, ms since the epoch. */
  readonly savetimeMs: number;
}

/** Events in order; `latestMs` is the savetime of the last one, 0 when there is none. */
export interface StoregrpcEvents {
  readonly events: readonly StoregrpcEvent[];
  readonly latestMs: number;
}

export interface StoregrpcTypeRequest {
  readonly type: number;
  /** Only events with a later savetime; `latestMs` of a page that was not empty. */
  readonly sinceMs: number;
  readonly batchSize: number;
}

export interface StoregrpcUpdate {
  /** The stream, a UUID. */
  readonly id: string;
  /** The version that the stream is expected to be at; 0 = it is new. */
  readonly version: number;
  readonly events: readonly NewStoregrpcEvent[];
  /** A UUID of this append: a call that is repeated with it does not write twice. */
  readonly appendId?: string;
}

type Answer<Response> = (error: ServiceError | null, response: Response) => void;

const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.max_receive_message_length': 8 * 1_048_576,
};

/** The store's API with promises. Calls fail with `StoreError` or one of its kinds. */
export class StoregrpcClient {
  readonly #client: EventStoreServiceClient;
  readonly #timeoutMs: number;
  readonly #token: TokenSource | undefined;

  /** Connects at the first call, and again whenever that is needed. */
  constructor(options: StoregrpcAddress) {
    const { host, port, timeoutMs = TIMEOUT_MS } = options;
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const security = secured(options);
    const channelOptions = { ...CHANNEL_OPTIONS, ...security.options };
    this.#client = new EventStoreServiceClient(address, security.credentials, channelOptions);
    this.#timeoutMs = timeoutMs;
    this.#token = options.token;
  }

  /** All events of a stream; none when there is no such stream. */
  async findById(id: string): Promise<StoregrpcEvents> {
    const metadata = await this.#metadata();
    const call = (answer: Answer<FindResponse>): unknown =>
      this.#client.findById({ id }, metadata, this.#options(), answer);
    return found(await promised(call, false));
  }

  /** A page of the events of a type, later than `sinceMs`, of whole milliseconds. */
  async findByType({ type, sinceMs, batchSize }: StoregrpcTypeRequest): Promise<StoregrpcEvents> {
    const request = { type, since: BigInt(sinceMs), batchSize };
    const metadata = await this.#metadata();
    const call = (answer: Answer<FindResponse>): unknown =>
      this.#client.findByType(request, metadata, this.#options(), answer);
    return found(await promised(call, false));
  }

  /**
   * Appends events, all or none. VersionConflictError: the stream is not at `version`.
   * OutcomeUnknownError: they may have been written; with the same `appendId` the call can be
   * repeated.
   */
  async update({ id, version, events, appendId }: StoregrpcUpdate): Promise<void> {
    events.forEach((event, index) => requireText(event.payload, `events[${index}].payload`));
    const metadata = await this.#metadata();
    if (appendId !== undefined) metadata.set('cassadra-append-id', appendId);
    const request = { id, version, events: [...events] };
    await promised((answer) => {
      this.#client.update(request, metadata, this.#options(), answer);
    }, true);
  }

  /** Ends the connection; calls that are under way fail. */
  close(): void {
    this.#client.close();
  }

  async #metadata(): Promise<Metadata> {
    const metadata = new Metadata();
    const source = this.#token;
    if (source === undefined) return metadata;
    const token = typeof source === 'string' ? source : await source();
    metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  }

  #options(): CallOptions {
    return { deadline: new Date(Date.now() + this.#timeoutMs) };
  }
}

function promised<Response>(
  call: (answer: Answer<Response>) => unknown,
  writes: boolean,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(toStoreError(error, writes));
    });
  });
}

function found({ events, latest }: FindResponse): StoregrpcEvents {
  return {
    events: events.map(({ id, type, payload, savetime }) => {
      return { id, type, payload, savetimeMs: Number(savetime) };
    }),
    latestMs: Number(latest),
  };
}
