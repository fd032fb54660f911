import type { Server } from '@grpc/grpc-js';
import type { CallParts } from './unary.js';

/** A service that a gRPC server hosts. */
export interface GrpcService {
  /** With its package, as in health checks. */
  readonly name: string;
  addTo(server: Server, parts: CallParts): void;
}
