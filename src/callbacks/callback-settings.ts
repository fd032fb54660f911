import type { AddressRange } from './address-guard.js';

export interface CallbackSettings {
  /** What calls may reach besides public addresses. */
  readonly allowCidrs: readonly AddressRange[];
  /** How much of an answer's body is kept, in bytes; at most `BODY_READ_BYTES_MAX` is read. */
  readonly bodyBytesMax: number;
  /** For one connection: name, TCP and TLS. */
  readonly connectTimeoutMs: number;
  /** Further calls wait for one that is free. */
  readonly connectionsPerDestination: number;
  /** Sent where the user sets none. */
  readonly userAgent: string;
}

/** A longer answer is cut off: its connection is dropped, its status counts. */
export const BODY_READ_BYTES_MAX = 65_536;

/** Of 1xx answers before the answer; a receiver that sends more is given up. */
export const INFORMATIONAL_MAX = 20;

export const DEFAULT_CALLBACK_SETTINGS: CallbackSettings = {
  allowCidrs: [],
  bodyBytesMax: 1_024,
  connectTimeoutMs: 5_000,
  connectionsPerDestination: 64,
  userAgent: 'cassadra',
};
