import {
  status,
  type Server,
  type ServerDuplexStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import type { Logger } from '../../runtime/index.js';
import type { ReflectionMethod } from './reflection-methods.js';

const PATHS = ['v1', 'v1alpha'].map(
  (version) => `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
);

type Load = () => Promise<ReadonlyMap<string, ReflectionMethod>>;

/**
 * Adds the reflection service, which tools such as grpcurl ask what there is to call. It reads all
 * descriptors, so it is loaded at the first question.
 */
export function addReflection(server: Server, services: readonly string[], logger: Logger): void {
  let loading: ReturnType<Load> | undefined;
  const load = async (): ReturnType<Load> => {
    const { reflectionMethods } = await import('./reflection-methods.js');
    return reflectionMethods(services);
  };
  for (const path of PATHS) {
    const method = new LateMethod(path, () => (loading ??= load()), logger);
    server.addService({ [path]: method.definition }, { [path]: method.handle });
  }
}

/** Nothing of a stream is decoded before its handler reads it, and that waits until it is there. */
class LateMethod {
  readonly definition: ServiceDefinition[string];
  readonly #path: string;
  readonly #load: Load;
  readonly #logger: Logger;
  #loaded: ReflectionMethod | undefined;

  constructor(path: string, load: Load, logger: Logger) {
    this.#path = path;
    this.#load = load;
    this.#logger = logger;
    this.definition = {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: (message) => this.#method().definition.requestSerialize(message),
      requestDeserialize: (bytes): unknown => this.#method().definition.requestDeserialize(bytes),
      responseSerialize: (message) => this.#method().definition.responseSerialize(message),
      responseDeserialize: (bytes): unknown => this.#method().definition.responseDeserialize(bytes),
    };
  }

  readonly handle = (stream: ServerDuplexStream<object, object>): void => {
    void this.#serve(stream);
  };

  async #serve(stream: ServerDuplexStream<object, object>): Promise<void> {
    try {
      this.#loaded ??= (await this.#load()).get(this.#path);
      this.#method().serve(stream);
    } catch (error) {
      this.#logger.error({ err: error }, 'reflection cannot be served');
      stream.emit('error', { code: status.INTERNAL, details: 'reflection cannot be served' });
    }
  }

  #method(): ReflectionMethod {
    if (this.#loaded === undefined) throw new TypeError(`${this.#path} is not loaded`);
    return this.#loaded;
  }
}
