import { z } from 'zod';
import { wholeNumber, yesOrNo } from './setting-kinds.js';

/** Of the gRPC server. */
export const grpcSettings = z.object({
  GRPC_WAIT_MAX_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 10_000,
    reason: 'How long a caller waits that gave no deadline.',
  }),
  GRPC_ANSWER_MARGIN_MS: wholeNumber({
    min: 0,
    max: 1_000,
    standard: 100,
    reason:
      'How long before a caller’s deadline it is answered (at most a tenth of its time), ' +
      'so that it learns whether an append may have been written.',
  }),
  GRPC_RECEIVE_BYTES_MAX: wholeNumber({
    min: 65_536,
    max: 67_108_864,
    standard: 8_388_608,
    reason: 'Largest request (8 MiB): above the limits, so that these answer first.',
  }),
  GRPC_RECEIVE_TIMEOUT_MS: wholeNumber({
    min: 1_000,
    max: 600_000,
    standard: 30_000,
    reason: 'How long a request, or a message of many, may take to arrive.',
  }),
  GRPC_PREFACE_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 10_000,
    reason: 'How long a connection may take to begin to speak HTTP/2.',
  }),
  GRPC_SEND_BYTES_MAX: wholeNumber({
    min: 4_194_304,
    max: 67_108_864,
    standard: 8_388_608,
    reason: 'Largest response (8 MiB). Our own stay below 4 MiB.',
  }),
  GRPC_CONNECTIONS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 1_000,
    reason: 'Connections at once; more are closed when they come.',
  }),
  GRPC_STREAMS_MAX: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 256,
    reason: 'Calls at once on one connection; more wait in the client.',
  }),
  GRPC_SESSION_MEMORY_MB: wholeNumber({
    min: 16,
    max: 4_096,
    standard: 256,
    reason: 'What one connection may have queued.',
  }),
  GRPC_CONNECTION_IDLE_MS: wholeNumber({
    min: 1_000,
    max: 86_400_000,
    standard: 1_800_000,
    reason: 'A connection without calls is closed after this.',
  }),
  GRPC_CONNECTION_AGE_MS: wholeNumber({
    min: 1_000,
    max: 604_800_000,
    standard: 3_600_000,
    reason: 'A connection is renewed after this, so that load spreads over new servers.',
  }),
  GRPC_CONNECTION_AGE_GRACE_MS: wholeNumber({
    min: 1_000,
    max: 3_600_000,
    standard: 30_000,
    reason: 'How long its calls may still run then.',
  }),
  GRPC_KEEPALIVE_MS: wholeNumber({
    min: 1_000,
    max: 86_400_000,
    standard: 60_000,
    reason: 'A silent connection is pinged after this.',
  }),
  GRPC_KEEPALIVE_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 20_000,
    reason: 'No answer to the ping within this: the connection is dead.',
  }),
  GRPC_REFLECTION: yesOrNo(true, 'Lets tools such as grpcurl ask for the services.'),
});

export type GrpcVariables = z.output<typeof grpcSettings>;
