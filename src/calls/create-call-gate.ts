import {
  createAudit,
  Unauthenticated,
  type Audit,
  type Authenticator,
  type CallAudit,
  type Caller,
} from '../access/index.js';
import { AppError, callCancelled, ERROR_CATALOGUE, OVER } from '../core/index.js';
import type { Components, Span } from '../runtime/index.js';
import { addressKey } from './address.js';
import type { CallCode, CallGate, CallOrigin, IncomingCall, OpenCall } from './call-gate.js';
import { CallLog, type LoggedCalls } from './call-log.js';
import { Callers } from './callers.js';
import { Places, type Place, type PlaceLimits } from './places.js';
import { Rates } from './rates.js';
import { RequestIds } from './request-ids.js';
import { Turns } from './turns.js';

export interface CallGateSettings extends PlaceLimits {
  /** Of one caller, or of one address where callers have no names; 0 = as many as it likes. */
  readonly callsPerSecond: number;
  readonly logged: LoggedCalls;
}

export const DEFAULT_CALL_GATE_SETTINGS: CallGateSettings = {
  callsMax: 2_000,
  longCallsMax: 2_000,
  requestBytesMax: 268_435_456,
  callsPerSecond: 0,
  logged: 'failed',
};

/** Long calls begin with much to read: short ones get their turn between them. */
const LONG_PER_TURN = 8;

export interface CallGateParts {
  readonly settings: CallGateSettings;
  readonly components: Components;
  /** Undefined: everybody may do everything. */
  readonly authenticator?: Authenticator | undefined;
}

/** The gate of a program: all its transports share one. */
export function createCallGate(parts: CallGateParts): CallGate {
  return new Gate(parts);
}

class Gate implements CallGate {
  readonly #parts: CallGateParts;
  readonly #places: Places;
  readonly #callers: Callers;
  readonly #rates: Rates | undefined;
  readonly #audit: Audit;
  readonly #log: CallLog;
  readonly #requestIds: RequestIds;
  readonly #turns = new Turns(LONG_PER_TURN);
  readonly #open = { grpc: 0, http: 0 };

  constructor(parts: CallGateParts) {
    const { settings, components, authenticator } = parts;
    const { callsPerSecond } = settings;
    const rate = { perSecond: callsPerSecond, burst: callsPerSecond };
    this.#parts = parts;
    this.#places = new Places(settings);
    this.#callers = new Callers(authenticator, components.clock);
    this.#rates = callsPerSecond === 0 ? undefined : new Rates(rate, components.clock);
    this.#requestIds = new RequestIds(components.ids);
    this.#audit = createAudit(components);
    this.#log = new CallLog(settings.logged, components);
    components.metrics.gauge('cassadra_calls_open', () => [
      { labels: { transport: 'grpc' }, value: this.#open.grpc },
      { labels: { transport: 'http' }, value: this.#open.http },
    ]);
  }

  requestIdOf(sent: string | undefined): string {
    return this.#requestIds.of(sent);
  }

  async identify(origin: CallOrigin): Promise<Caller> {
    return this.#callers.identify(origin);
  }

  async enter(call: IncomingCall): Promise<OpenCall> {
    const { clock, tracer } = this.#parts.components;
    const beganMs = clock.monotonicMs();
    let caller: Caller | undefined;
    let place: Place | undefined;
    try {
      place = this.#places.take(call.duration, addressKey(call.address));
      const identity = this.#callers.identify(call);
      // to wait for what is known costs
      caller = identity instanceof Promise ? await identity : identity;
      this.#requireRate(call, caller);
      if (call.duration === 'long') await this.#turns.next();
    } catch (error) {
      place?.leave();
      this.#refused(call, caller, { error, ms: clock.monotonicMs() - beganMs });
      throw error;
    }
    const { method, transport, requestId, trace } = call;
    const span = tracer.start({
      name: method,
      kind: 'server',
      parent: trace,
      attributes: { 'cassadra.transport': transport, 'cassadra.request_id': requestId },
    });
    this.#open[transport] += 1;
    place.receive();
    return new Entered({
      call,
      caller,
      place,
      span,
      auditOf: () => this.#auditOf(call, caller),
      authenticator: this.#parts.authenticator,
      ended: (code) => this.#ended(call, caller, { code, span, ms: clock.monotonicMs() - beganMs }),
    });
  }

  #requireRate({ address }: IncomingCall, { name }: Caller): void {
    const key = this.#parts.authenticator === undefined ? addressKey(address) : name;
    if (this.#rates === undefined || this.#rates.take(key)) return;
    const message = `over ${this.#parts.settings.callsPerSecond} calls a second`;
    throw new AppError('RATE_LIMITED', message, { limit: 'CALLS_PER_SECOND' });
  }

  #auditOf(call: IncomingCall, caller: Caller | undefined): CallAudit {
    const { transport, method, address, requestId } = call;
    return this.#audit.of({ transport, method, address, requestId, caller: caller?.name });
  }

  #refused(
    call: IncomingCall,
    caller: Caller | undefined,
    { error, ms }: { readonly error: unknown; readonly ms: number },
  ): void {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    if (code === 'UNAUTHENTICATED') {
      const cause = error instanceof AppError ? error.cause : undefined;
      const reason =
        cause instanceof Unauthenticated ? cause.reason : 'the credentials do not hold';
      this.#auditOf(call, caller).refused({ reason });
    }
    this.#count(call, code);
    this.#log.write(call, { code, ms, caller: caller?.name, traceId: undefined });
  }

  #ended(
    call: IncomingCall,
    caller: Caller,
    { code, span, ms }: { readonly code: CallCode; readonly span: Span; readonly ms: number },
  ): void {
    const { transport, method, duration } = call;
    const { metrics } = this.#parts.components;
    this.#open[transport] -= 1;
    this.#count(call, code);
    if (duration === 'short') {
      metrics.observe('cassadra_call_duration_seconds', { transport, method }, ms / 1_000);
    }
    const isFault = code !== 'OK' && ERROR_CATALOGUE[code].http >= 500;
    span.end({ 'cassadra.code': code }, isFault ? code : undefined);
    const traceId = span.context?.traceparent.split('-', 2)[1];
    this.#log.write(call, { code, ms, caller: caller.name, traceId });
  }

  #count({ transport, method }: IncomingCall, code: CallCode): void {
    this.#parts.components.metrics.add('cassadra_calls_total', { transport, method, code });
  }
}

interface EnteredParts {
  readonly call: IncomingCall;
  readonly caller: Caller;
  readonly place: Place;
  readonly span: Span;
  readonly auditOf: () => CallAudit;
  readonly authenticator: Authenticator | undefined;
  readonly ended: (code: CallCode) => void;
}

class Entered implements OpenCall {
  readonly requestId: string;
  readonly caller: Caller;
  readonly trace: OpenCall['trace'];
  readonly #parts: EnteredParts;
  #over: AbortController | undefined;
  #isOpen = true;

  constructor(parts: EnteredParts) {
    this.#parts = parts;
    this.requestId = parts.call.requestId;
    this.caller = parts.caller;
    this.trace = parts.span.context;
  }

  get audit(): CallAudit {
    return this.#parts.auditOf();
  }

  revocation(): AbortSignal {
    const { authenticator, call, caller } = this.#parts;
    if (!this.#isOpen) return AbortSignal.abort(callCancelled());
    this.#over ??= new AbortController();
    return authenticator?.watch(call, caller, this.#over.signal) ?? new AbortController().signal;
  }

  hold(bytes: number): void {
    if (this.#isOpen) this.#parts.place.hold(bytes);
  }

  received(): void {
    if (this.#isOpen) this.#parts.place.received();
  }

  end(code: CallCode): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#over?.abort(OVER);
    this.#parts.place.leave();
    this.#parts.ended(code);
  }
}
