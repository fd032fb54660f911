import type { GrpcSettings } from '../../src/transport/grpc/index.js';
import type { CallGateVariables, GrpcVariables } from '../../src/runtime/index.js';

interface ServerVariables
  extends GrpcVariables,
    Pick<CallGateVariables, 'CONNECTIONS_PER_ADDRESS_MAX'> {
  readonly HOST: string;
  readonly PORT: number;
  readonly SHUTDOWN_GRACE_MS: number;
}

/** The gRPC server's settings from the variables of a program. */
export function grpcSettingsOf(variables: ServerVariables): GrpcSettings {
  return {
    host: variables.HOST,
    port: variables.PORT,
    connectionsMax: variables.GRPC_CONNECTIONS_MAX,
    connectionsPerAddressMax: variables.CONNECTIONS_PER_ADDRESS_MAX,
    prefaceTimeoutMs: variables.GRPC_PREFACE_TIMEOUT_MS,
    waitMaxMs: variables.GRPC_WAIT_MAX_MS,
    answerMarginMs: variables.GRPC_ANSWER_MARGIN_MS,
    receiveBytesMax: variables.GRPC_RECEIVE_BYTES_MAX,
    receiveTimeoutMs: variables.GRPC_RECEIVE_TIMEOUT_MS,
    sendBytesMax: variables.GRPC_SEND_BYTES_MAX,
    streamsMax: variables.GRPC_STREAMS_MAX,
    sessionMemoryMb: variables.GRPC_SESSION_MEMORY_MB,
    connectionIdleMs: variables.GRPC_CONNECTION_IDLE_MS,
    connectionAgeMs: variables.GRPC_CONNECTION_AGE_MS,
    connectionAgeGraceMs: variables.GRPC_CONNECTION_AGE_GRACE_MS,
    keepaliveMs: variables.GRPC_KEEPALIVE_MS,
    keepaliveTimeoutMs: variables.GRPC_KEEPALIVE_TIMEOUT_MS,
    reflection: variables.GRPC_REFLECTION,
    shutdownGraceMs: variables.SHUTDOWN_GRACE_MS,
  };
}
