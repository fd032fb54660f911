import type { Components } from '../../runtime/index.js';
import type { StreamingMethod } from './streaming-method.js';
import type { UnaryMethod } from './unary-method.js';

/** A service that a gRPC server hosts, and that other transports may call in process. */
export interface GrpcService {
  /** With its package, as in health checks. */
  readonly name: string;
  /** Its unary methods by their names in the proto file. */
  methods(components: Components): Readonly<Record<string, UnaryMethod>>;
  /** Those of them that may wait for something to come, as a stream does. */
  readonly waiting?: readonly string[];
  /** Its methods that stream, if any. */
  streams?(components: Components): Readonly<Record<string, StreamingMethod>>;
}
