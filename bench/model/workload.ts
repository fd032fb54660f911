/** Which streams an append goes to: one of its own each time, one of a thousand, or one for all. */
export type StreamChoice = 'new' | 'existing' | 'one';

/** One call for each append, or many appends on one open call. */
export type CallShape = 'unary' | 'stream';

export interface AppendWorkload {
  readonly kind: 'append';
  readonly streams: StreamChoice;
  /** Appends under way at once. */
  readonly clients: number;
  /** Events in one append. */
  readonly batch: number;
  readonly call: CallShape;
  /** By this API and by the same load on all that speak it. Default: the subject's own API. */
  readonly api?: 'storegrpc';
}

/** Whole streams of so many events are read, one after another by each client. */
export interface LoadWorkload {
  readonly kind: 'load';
  readonly events: number;
  readonly clients: number;
}

/** All events of one type are read from the beginning to the end, by one reader. */
export interface CatchUpWorkload {
  readonly kind: 'catch-up';
  readonly events: number;
}

/** Appends at a steady rate; a reader by type waits for them. Latency: call to handler. */
export interface DeliveryWorkload {
  readonly kind: 'delivery';
  readonly perSecond: number;
}

/** Timers due far in the future are added, one a call. */
export interface TimerAddWorkload {
  readonly kind: 'timer-add';
  readonly clients: number;
}

/** So many timers due at one moment; the clock runs until the last call has arrived. */
export interface TimerFireWorkload {
  readonly kind: 'timer-fire';
  readonly timers: number;
}

/** Timers due 5 s ahead at a steady rate. Latency: due time to arrival at the receiver. */
export interface TimerLatenessWorkload {
  readonly kind: 'timer-lateness';
  readonly perSecond: number;
  /** Whether one of two pollers is killed with SIGKILL in the middle. */
  readonly kill: boolean;
}

/** From the start of the process to its first answer. */
export interface StartWorkload {
  readonly kind: 'start';
}

/** Nothing is asked of it: memory and CPU at rest. */
export interface RestWorkload {
  readonly kind: 'rest';
}

/** What of a store grows. */
export type GrowthOf =
  | 'events of a stream'
  | 'streams'
  | 'events of a type'
  | 'pending timers'
  | 'servers';

/** What is done at a size: an append of one event, or reads of the last ten, of a page, … */
export type GrowthCall =
  | 'append'
  | 'read'
  | 'first page'
  | 'middle page'
  | 'last page'
  | 'timer-add'
  | 'timer-lateness';

/** A store is filled to a size first; then one kind of call is measured in it. */
export interface GrowthWorkload {
  readonly kind: 'growth';
  readonly of: GrowthOf;
  readonly size: number;
  readonly call: GrowthCall;
}

export type Workload =
  | AppendWorkload
  | LoadWorkload
  | CatchUpWorkload
  | DeliveryWorkload
  | TimerAddWorkload
  | TimerFireWorkload
  | TimerLatenessWorkload
  | StartWorkload
  | RestWorkload
  | GrowthWorkload;

export type WorkloadKind = Workload['kind'];

/** The one name of a workload in results, tables and aims. */
export function nameOf(workload: Workload): string {
  switch (workload.kind) {
    case 'append':
      return nameOfAppend(workload);
    case 'load':
      return `load ${String(workload.events)} events · ${String(workload.clients)} clients`;
    case 'catch-up':
      return `catch-up ${String(workload.events)} events`;
    case 'delivery':
      return `delivery ${String(workload.perSecond)}/s`;
    case 'timer-add':
      return `timer-add · ${String(workload.clients)} clients`;
    case 'timer-fire':
      return `timer-fire ${String(workload.timers)}`;
    case 'timer-lateness':
      return `timer-lateness ${String(workload.perSecond)}/s${workload.kill ? ' · kill' : ''}`;
    case 'growth':
      return `growth · ${workload.of} · ${String(workload.size)} · ${workload.call}`;
    case 'start':
    case 'rest':
      return workload.kind;
  }
}

function nameOfAppend({ streams, clients, batch, call, api }: AppendWorkload): string {
  const shape = `${streams} · ${call} · ${String(clients)} clients · batch ${String(batch)}`;
  return `append ${shape}${api === undefined ? '' : ` · ${api}`}`;
}
