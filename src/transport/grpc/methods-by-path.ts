import type { Components } from '../../runtime/index.js';
import type { GrpcService } from './grpc-service.js';
import type { UnaryMethod } from './unary-method.js';

/** The methods of all services by the path that a call names. */
export function methodsByPath(
  services: readonly GrpcService[],
  components: Components,
): ReadonlyMap<string, UnaryMethod> {
  const methods = new Map<string, UnaryMethod>();
  for (const service of services) {
    for (const [name, method] of Object.entries(service.methods(components))) {
      methods.set(`/${service.name}/${name}`, method);
    }
  }
  return methods;
}
