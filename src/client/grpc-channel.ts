import {
  Channel as WireChannel,
  Metadata,
  status as grpcStatus,
  type StatusObject,
} from '@grpc/grpc-js';
import { grpcTarget, parseAddress } from './address.js';
import type { CallOptions, Channel, StreamOptions } from './channel.js';
import type { ConnectOptions, TokenSource } from './connect-options.js';
import { invalidField, NO_TLS, StoreUnavailableError, type StoreError } from './errors.js';
import { secured } from './grpc-credentials.js';
import { errorInfoOf, statusToError } from './grpc-errors.js';
import { OneAtATime } from './one-at-a-time.js';
import { addTrace, type TraceSource } from './trace-carrier.js';

const RECEIVE_BYTES_MAX = 8 * 1_048_576;
/**
 * What a server may send before it is told that it was read: with the 64 KiB of HTTP/2 each side
 * waits for the other, a third of the time even on one machine. What nobody reads fills it.
 */
const WINDOW_BYTES = 1_048_576;
const KEEPALIVE_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

type WireCall = ReturnType<WireChannel['createCall']>;

/** Calls over gRPC. It connects at the first call, and again whenever that is needed. */
export class GrpcChannel implements Channel {
  readonly #wire: WireChannel;
  readonly #token: TokenSource | undefined;
  /** Whether the server has answered once: its certificates are then only being renewed. */
  #reached = false;
  readonly #trace: TraceSource | undefined;

  constructor(options: ConnectOptions) {
    const { address, keepaliveMs = KEEPALIVE_MS } = options;
    const security = secured(options);
    this.#token = options.token;
    this.#trace = options.trace;
    this.#wire = new WireChannel(grpcTarget(parseAddress(address)), security.credentials, {
      ...security.options,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2_000,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
      'grpc-node.flow_control_window': WINDOW_BYTES,
      // the client knows better which calls can be repeated
      'grpc.enable_retries': 0,
    });
    if (options.eagerConnect === true) this.#wire.getConnectivityState(true);
  }

  async unary(path: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const deadlineMs = Date.now() + options.timeoutMs;
    const metadata = await this.#metadata(options.signal, options.timeoutMs);
    const call = this.#wire.createCall(path, deadlineMs, null, null, null);
    return new Promise((resolve, reject) => {
      const cancel = cancelling(call);
      let answer: Buffer | undefined;
      call.start(metadata, {
        onReceiveMetadata: () => (this.#reached = true),
        onReceiveMessage: (message: Buffer) => (answer = message),
        onReceiveStatus: (status) => {
          options.signal.removeEventListener('abort', cancel);
          if (status.code === grpcStatus.OK && answer !== undefined) resolve(answer);
          else reject(this.#failure(asFailure(status), options.writes));
        },
      });
      call.startRead();
      call.sendMessageWithContext({}, asBuffer(request));
      call.halfClose();
      options.signal.addEventListener('abort', cancel, { once: true });
    });
  }

  async *stream(
    path: string,
    requests: AsyncIterable<Uint8Array>,
    { signal, writes }: StreamOptions,
  ): AsyncGenerator<Uint8Array, void> {
    const metadata = await this.#metadata(signal, Infinity);
    const call = this.#wire.createCall(path, Infinity, null, null, null);
    const cancel = cancelling(call);
    const answers = new OneAtATime<Uint8Array>();
    const sender = new Sender(call, requests[Symbol.asyncIterator](), (failure) => {
      answers.end(failure);
      cancel();
    });
    call.start(metadata, {
      onReceiveMetadata: () => (this.#reached = true),
      onReceiveMessage: (message: Buffer) => answers.put(message),
      onReceiveStatus: (status) => {
        signal.removeEventListener('abort', cancel);
        sender.stop();
        answers.end(status.code === grpcStatus.OK ? undefined : this.#failure(status, writes));
      },
    });
    signal.addEventListener('abort', cancel, { once: true });
    void sender.run();
    try {
      for (;;) {
        call.startRead();
        const answer = await answers.take();
        if (answer === undefined) return;
        yield answer;
      }
    } finally {
      cancel();
    }
  }

  close(): void {
    this.#wire.close();
  }

  #failure(status: StatusObject, writes: boolean): StoreError {
    const error = statusToError(status, writes);
    if (errorInfoOf(status.metadata) !== undefined) this.#reached = true;
    if (error.reason !== NO_TLS || !this.#reached) return error;
    return new StoreUnavailableError('UNAVAILABLE', error.message);
  }

  async #metadata(signal: AbortSignal, timeoutMs: number): Promise<Metadata> {
    const metadata = new Metadata();
    addTrace(metadata, this.#trace);
    const source = this.#token;
    if (source === undefined) return metadata;
    const token = typeof source === 'string' ? source : await inTime(source, signal, timeoutMs);
    if (signal.aborted) throw withoutToken('came too late');
    try {
      metadata.set('authorization', `Bearer ${token}`);
    } catch {
      throw invalidField('token', 'has characters that cannot be sent');
    }
    return metadata;
  }
}

/** Sends requests one after the other, as the connection takes them. */
class Sender {
  readonly #call: WireCall;
  readonly #requests: AsyncIterator<Uint8Array>;
  readonly #failed: (failure: Error) => void;
  #stopped = false;

  constructor(
    call: WireCall,
    requests: AsyncIterator<Uint8Array>,
    failed: (failure: Error) => void,
  ) {
    this.#call = call;
    this.#requests = requests;
    this.#failed = failed;
  }

  async run(): Promise<void> {
    try {
      for (;;) {
        const next = await this.#requests.next();
        if (this.#stopped) return;
        if (next.done === true) break;
        const message = asBuffer(next.value);
        await new Promise<void>((resolve) => {
          // when the call ends first this is never called, and nothing waits for it
          this.#call.sendMessageWithContext({ callback: () => resolve() }, message);
        });
        if (this.#hasStopped()) return;
      }
      this.#call.halfClose();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  stop(): void {
    this.#stopped = true;
    void this.#requests.return?.();
  }

  #hasStopped(): boolean {
    return this.#stopped;
  }
}

function cancelling(call: WireCall): () => void {
  return () => call.cancelWithStatus(grpcStatus.CANCELLED, 'cancelled by the client');
}

/** An end without an error and without an answer is one. */
function asFailure(status: StatusObject): StatusObject {
  if (status.code !== grpcStatus.OK) return status;
  return { ...status, code: grpcStatus.INTERNAL, details: 'the answer is missing' };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function withoutToken(why: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError('TOKEN', `the token ${why}`, { cause });
}

/** What the token function says, unless it takes too long or nobody waits any more. */
function inTime(
  source: () => string | Promise<string>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(withoutToken('did not come in time'));
    const timer = timeoutMs === Infinity ? undefined : setTimeout(late, timeoutMs);
    signal.addEventListener('abort', late, { once: true });
    const failed = (cause: unknown): void => {
      reject(withoutToken('could not be had', cause));
    };
    Promise.resolve()
      .then(source)
      .then(resolve, failed)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', late);
      });
  });
}
