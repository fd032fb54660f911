import type { Server } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { DESCRIPTOR_SET_BASE64 } from '../../gen/descriptors.js';

/** Adds the reflection service, which tools such as grpcurl ask what there is to call. */
export function addReflection(server: Server, services: readonly string[]): void {
  const options = { keepCase: true };
  const set = Buffer.from(DESCRIPTOR_SET_BASE64, 'base64');
  const all = {
    ...loadFileDescriptorSetFromBuffer(set, options),
    ...loadSync(healthProto, options),
  };
  const own = new ReflectionService(all, { services: [...services, 'grpc.health.v1.Health'] });
  own.addToServer(server);
}
