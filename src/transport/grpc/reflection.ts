import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { projectDirectory } from '../../runtime/index.js';

/** Adds the reflection service, which tools such as grpcurl ask what there is to call. */
export function addReflection(server: Server): void {
  const directory = join(projectDirectory(), 'proto');
  const options = { keepCase: true, includeDirs: [directory] };
  const own = loadSync('storegrpc/grpc-store.proto', options);
  new ReflectionService({ ...own, ...loadSync(healthProto, options) }).addToServer(server);
}
