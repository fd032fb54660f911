import { Readable } from 'node:stream';
import {
  Metadata,
  ServerInterceptingCall,
  status as grpcStatus,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerListener,
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
  return (method, call) => new GatedCall(method, call, parts).intercepted;
}

/** The metadata of a call that has passed the gate: what brings the call to its handler. */
class GatedMetadata extends Metadata {
  readonly call: GatedCall;

  constructor(call: GatedCall, received: Metadata) {
    super();
    this.call = call;
    this.merge(received);
    // nobody behind the gate needs it
    this.remove('authorization');
  }
}

/** A call that its handler serves, and ends. */
export interface ServedCall {
  readonly open: OpenCall;
  /** By `connectionKey`. */
  readonly connection: string;
  /** Exactly once, when nothing is done for it any more. */
  readonly end: (code: CallCode) => void;
}

/** The call with this metadata, which from now on its handler ends. */
export function serveCall(metadata: Metadata): ServedCall {
  if (metadata instanceof GatedMetadata) return metadata.call.serve();
  throw new TypeError('the call has not passed the gate');
}

class GatedCall implements Arriving {
  readonly intercepted: ServerInterceptingCall;
  readonly #method: MethodFacts;
  readonly #call: ServerInterceptingCallInterface;
  readonly #parts: GateParts;
  readonly #connection: string;
  readonly #address: string;
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
    const info = call.getConnectionInfo();
    this.#method = method;
    this.#call = call;
    this.#parts = parts;
    this.#address = info.remoteAddress ?? '';
    this.#connection = connectionKey(info);
    this.intercepted = new ServerInterceptingCall(call, {
      start: (next) => next(this.#listener()),
      sendMetadata: (metadata, next) => {
        this.#hasBegunAnswer = true;
        next(this.#withRequestId(metadata));
      },
      sendStatus: (status, next) => {
        this.#answer ??= codeOf(status.code);
        if (this.#hasBegunAnswer) next(status);
        else next({ ...status, metadata: this.#withRequestId(status.metadata ?? new Metadata()) });
      },
    });
  }

  serve(): ServedCall {
    const open = this.#open;
    if (open === undefined) throw new TypeError('the call has not passed the gate');
    this.#isServed = true;
    return { open, connection: this.#connection, end: (code) => this.#end(code) };
  }

  refuse(error: AppError): void {
    this.#refusal = error.code;
    this.#parts.arriving.done(this);
    this.intercepted.sendStatus(toStatus(error, this.#parts.logger));
  }

  #listener(): ServerListener {
    return {
      onReceiveMetadata: (metadata, next) => {
        if (!this.#method.path.startsWith(`/${HEALTH_NAME}/`)) {
          void this.#enter(metadata, () => next(new GatedMetadata(this, metadata)));
          return;
        }
        this.#watchArrival();
        next(metadata);
      },
      onReceiveMessage: (message, next) => {
        if (this.#method.requestStream) this.#received();
        next(message);
      },
      onReceiveHalfClose: (next) => {
        this.#received();
        next();
      },
      onCancel: () => this.#cancelled(),
    };
  }

  async #enter(metadata: Metadata, proceed: () => void): Promise<void> {
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
        address: this.#address,
        authorization: text('authorization'),
        certificate: peers.certificateOf(this.#connection),
        requestId,
        trace: parseTraceContext(text('traceparent'), text('tracestate')),
      });
      this.#open = open;
      if (this.#isOver) this.#end('CANCELLED');
    } catch (error) {
      this.refuse(toAppError(error, logger));
      return;
    }
    if (this.#isOver) return;
    this.#watchArrival();
    proceed();
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

  /** grpc-js says so at the end of every call, whatever that was. */
  #cancelled(): void {
    this.#isOver = true;
    this.#parts.arriving.done(this);
    if (!this.#isServed) this.#end(this.#answer ?? 'CANCELLED');
  }

  #end(code: CallCode): void {
    this.#open?.end(this.#refusal ?? code);
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
