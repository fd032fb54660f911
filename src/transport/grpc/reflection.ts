import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { DESCRIPTOR_SET_BASE64 } from '../../gen/descriptors.js';
import { HEALTH_NAME } from './health.js';

/** Adds the reflection service, which tools such as grpcurl ask what there is to call. */
export function addReflection(server: Server, services: readonly string[]): void {
  const set = fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTOR_SET_BASE64, 'base64'));
  // as they are: proto-loader would drop what they import
  const fileDescriptorProtos = set.file.map((file) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, file)),
  );
  const format = 'Protocol Buffer 3 EnumDescriptorProto' as const;
  const own = { format, type: {}, fileDescriptorProtos };
  const all = { own, ...loadSync(healthProto, { keepCase: true }) };
  new ReflectionService(all, { services: [...services, HEALTH_NAME] }).addToServer(server);
}
