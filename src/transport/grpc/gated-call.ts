import { Readable } from 'node:stream';
import {
  Metadata,
  ServerInterceptingCall,
  status as grpcStatus,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { CallCode, CallGate, OpenCall } from '../../calls/index.js';
import { AppError } from '../../core/index.js';
import { parseTraceContext, type Logger } from '../../runtime/index.js';
import type { Arriving, ArrivingRequests } from './arriving-requests.js';
import { connectionKey } from './connection-key.js';
import { toAppError, toStatus } from './errors.js';
import { HEALTH_NAME } from './health.js';
import type { Peers } from './peers.js';

const REQUEST_ID = 'x-request-id';

const HEALTH_PATH = `/${HEALTH_NAME}/`;

/** Health is outside of the limits: what it may take is its own. */
const HEALTH_BYTES_MAX = 1_024;

export interface GateParts {
  readonly gate: CallGate;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly arriving: ArrivingRequests;
  /** Paths of unary methods that may wait for something to come. */
  readonly waiting: ReadonlySet<string>;
}

interface MethodFacts {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/**
 * Every call passes the gate before its request is read: until then a connection's flow control
 * holds back all but 64 KiB. Health is open to everybody, and answers when the server is full.
 */
export function gateInterceptor(parts: GateParts): ServerInterceptor {
  return (method, call) => new GatedCall(method, call, parts);
}

/** A call that its handler serves, and ends. */
export interface ServedCall {
  readonly open: OpenCall;
  /** By `connectionKey`. */
  readonly connection: string;
  /** Exactly once, when nothing is done for it any more. */
  end(code: CallCode): void;
}

/** What brings a call to its handler, in the metadata. */
const GATED = 'cassadra.gated';

/** The call with this metadata, which from now on its handler ends. */
export function serveCall(metadata: Metadata): ServedCall {
  const call = metadata.getOpaque(GATED);
  if (call instanceof GatedCall) return call.serve();
  throw new TypeError('the call has not passed the gate');
}

type Listener = Parameters<ServerInterceptingCallInterface['start']>[0];

/**
 * Stands on the way in as a listener and on the way out as a call. Nothing is read before its
 * handler is there, so nothing has to be kept back meanwhile.
 */
class GatedCall extends ServerInterceptingCall implements Arriving, ServedCall, Listener {
  readonly #method: MethodFacts;
  readonly #call: ServerInterceptingCallInterface;
  readonly #parts: GateParts;
  readonly #info: ReturnType<ServerInterceptingCallInterface['getConnectionInfo']>;
  #listener: Listener | undefined;
  #open: OpenCall | undefined;
  #requestId: string | undefined;
  /** By this class; a handler may find out later. */
  #refusal: CallCode | undefined;
  /** What it was answered with, for handlers that do not end their calls. */
  #answer: CallCode | undefined;
  #bytes = 0;
  #isServed = false;
  #isOver = false;
  #hasBegunAnswer = false;

  constructor(method: MethodFacts, call: ServerInterceptingCallInterface, parts: GateParts) {
    super(call);
    this.#method = method;
    this.#call = call;
    this.#parts = parts;
    this.#info = call.getConnectionInfo();
  }

  override start(listener: Listener): void {
    this.#listener = listener;
    this.#call.start(this);
  }

  override sendMetadata(metadata: Metadata): void {
    this.#hasBegunAnswer = true;
    this.#call.sendMetadata(this.#withRequestId(metadata));
  }

  override sendMessage(message: unknown, callback: () => void): void {
    if (!this.#hasBegunAnswer) this.sendMetadata(new Metadata());
    this.#call.sendMessage(message, callback);
  }

  override sendStatus(status: Parameters<ServerInterceptingCallInterface['sendStatus']>[0]): void {
    this.#answer ??= codeOf(status.code);
    if (this.#hasBegunAnswer) this.#call.sendStatus(status);
    else {
      const metadata = this.#withRequestId(status.metadata ?? new Metadata());
      this.#call.sendStatus({ ...status, metadata });
    }
  }

  onReceiveMetadata(metadata: Metadata): void {
    if (!this.#method.path.startsWith(HEALTH_PATH)) {
      void this.#enter(metadata);
      return;
    }
    this.#watchArrival();
    this.#listener?.onReceiveMetadata(metadata);
  }

  onReceiveMessage(message: unknown): void {
    if (this.#isOver) return;
    if (this.#method.requestStream) this.#received();
    this.#listener?.onReceiveMessage(message);
  }

  onReceiveHalfClose(): void {
    if (this.#isOver) return;
    this.#received();
    this.#listener?.onReceiveHalfClose();
  }

  /** grpc-js says so at the end of every call, whatever that was. */
  onCancel(): void {
    this.#isOver = true;
    this.#parts.arriving.done(this);
    if (!this.#isServed) this.end(this.#answer ?? 'CANCELLED');
    this.#listener?.onCancel();
  }

  serve(): ServedCall {
    this.#isServed = true;
    return this;
  }

  get open(): OpenCall {
    if (this.#open === undefined) throw new TypeError('the call has not passed the gate');
    return this.#open;
  }

  get connection(): string {
    return connectionKey(this.#info);
  }

  end(code: CallCode): void {
    this.#open?.end(this.#refusal ?? code);
  }

  refuse(error: AppError): void {
    this.#refusal = error.code;
    this.#parts.arriving.done(this);
    this.sendStatus(toStatus(error, this.#parts.logger));
  }

  async #enter(metadata: Metadata): Promise<void> {
    const { gate, peers, waiting, logger } = this.#parts;
    const { path, requestStream, responseStream } = this.#method;
    const text = (name: string): string | undefined => textOf(metadata, name);
    const requestId = gate.requestIdOf(text(REQUEST_ID));
    this.#requestId = requestId;
    const isLong = requestStream || responseStream || waiting.has(path);
    try {
      const open = await gate.enter({
        transport: 'grpc',
        method: path.slice(1),
        duration: isLong ? 'long' : 'short',
        address: this.#info.remoteAddress ?? '',
        authorization: text('authorization'),
        certificate: peers.certificateOf(this.#info),
        requestId,
        trace: parseTraceContext(text('traceparent'), text('tracestate')),
      });
      this.#open = open;
      if (this.#isOver) this.end('CANCELLED');
    } catch (error) {
      this.refuse(toAppError(error, logger));
      return;
    }
    if (this.#isOver) return;
    this.#watchArrival();
    // nobody behind the gate needs it
    metadata.remove('authorization');
    metadata.setOpaque(GATED, this);
    this.#listener?.onReceiveMetadata(metadata);
  }

  /** By its bytes as they come: grpc-js tells of a message when all of it is in memory. */
  #watchArrival(): void {
    const { arriving, logger } = this.#parts;
    if (!this.#method.requestStream) arriving.begin(this);
    streamOf(this.#call)?.on('data', ({ byteLength }: Uint8Array) => {
      if (this.#refusal !== undefined || this.#isOver) return;
      arriving.begin(this);
      try {
        this.#hold(byteLength);
      } catch (error) {
        this.refuse(toAppError(error, logger));
      }
    });
  }

  #hold(bytes: number): void {
    this.#bytes += bytes;
    if (this.#open !== undefined) this.#open.hold(bytes);
    else if (this.#bytes > HEALTH_BYTES_MAX) {
      throw new AppError('LIMIT_EXCEEDED', 'a request for health is small');
    }
  }

  #received(): void {
    this.#parts.arriving.done(this);
    this.#open?.received();
  }

  #withRequestId(metadata: Metadata): Metadata {
    if (this.#requestId !== undefined) metadata.set(REQUEST_ID, this.#requestId);
    return metadata;
  }
}

/** Of what grpc-js answers by itself, or a handler of its libraries. */
function codeOf(status: grpcStatus): CallCode {
  switch (status) {
    case grpcStatus.OK:
      return 'OK';
    case grpcStatus.UNIMPLEMENTED:
      return 'INVALID_ARGUMENT';
    default:
      return 'INTERNAL';
  }
}

/** Several values of one name are one that does not hold. */
function textOf(metadata: Metadata, name: string): string | undefined {
  const values = metadata.get(name);
  return values.length === 0 ? undefined : values.map(String).join(', ');
}

/** The HTTP/2 stream of a call: grpc-js keeps it to itself, and counts nothing. */
function streamOf(call: object): Readable | undefined {
  return 'stream' in call && call.stream instanceof Readable ? call.stream : undefined;
}
