import type { Components } from '../../runtime/index.js';
import type { GrpcService } from './grpc-service.js';
import type { StreamingMethod } from './streaming-method.js';
import type { UnaryMethod } from './unary-method.js';

/** The unary methods of all services by the path that a call names. */
export function methodsByPath(
  services: readonly GrpcService[],
  components: Components,
): ReadonlyMap<string, UnaryMethod> {
  return byPath(services, (service) => service.methods(components));
}

/** The methods that stream. */
export function streamsByPath(
  services: readonly GrpcService[],
  components: Components,
): ReadonlyMap<string, StreamingMethod> {
  return byPath(services, (service) => service.streams?.(components) ?? {});
}

function byPath<Method>(
  services: readonly GrpcService[],
  methodsOf: (service: GrpcService) => Readonly<Record<string, Method>>,
): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  for (const service of services) {
    for (const [name, method] of Object.entries(methodsOf(service))) {
      methods.set(`/${service.name}/${name}`, method);
    }
  }
  return methods;
}
