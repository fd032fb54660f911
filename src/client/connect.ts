import { v7 } from 'uuid';
import { newSecret as systemSecret, type NewSecret } from './applications/new-secret.js';
import type { Cassadra } from './cassadra.js';
import type { Channel } from './channel.js';
import { callPolicyOf, type CallSettings, type ConnectOptions } from './connect-options.js';
import { GrpcChannel } from './grpc-channel.js';
import type { NewId } from './new-event.js';
import { systemTime, type ClientTime } from './time.js';
import { WireCassadra } from './wire-cassadra.js';

/** What a client on a channel of your own needs besides; the real ones when not given. */
export interface ChannelSettings extends CallSettings {
  readonly time?: ClientTime;
  /** Makes ids of events, triggers and sweeps: UUIDs, each new. */
  readonly newId?: NewId;
  /** Makes secrets of signing keys: `whsec_` and 32 random bytes in base64. */
  readonly newSecret?: NewSecret;
}

/**
 * A client of the server at an address. It connects at the first call, and again whenever that is
 * needed. Throws InvalidRequestError naming the option.
 */
export function connect(address: string | ConnectOptions): Cassadra {
  const options = typeof address === 'string' ? { address } : address;
  callPolicyOf(options);
  return connectBy(new GrpcChannel(options), options);
}

/** A client on another wire, as the one of `cassadra/testing` within the process. */
export function connectBy(channel: Channel, settings: ChannelSettings = {}): Cassadra {
  const { time = systemTime, newId = () => v7(), newSecret = systemSecret } = settings;
  return new WireCassadra({ channel, policy: callPolicyOf(settings), time, newId, newSecret });
}
