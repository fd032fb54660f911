import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { ServerDuplexStream, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { DESCRIPTOR_SET_BASE64 } from '../../gen/descriptors.js';
import { HEALTH_NAME } from './health.js';

/** A method that tells what there is to call. */
export interface ReflectionMethod {
  readonly definition: ServiceDefinition[string];
  serve(stream: ServerDuplexStream<object, object>): void;
}

/** The methods of all versions of the reflection service, by path. */
export function reflectionMethods(
  services: readonly string[],
): ReadonlyMap<string, ReflectionMethod> {
  const methods = new Map<string, ReflectionMethod>();
  reflectionOf(services).addToServer({
    addService: (definitions, handlers) => {
      for (const [name, definition] of Object.entries(definitions)) {
        const { [name]: handler = () => undefined } = handlers;
        const serve = (stream: ServerDuplexStream<object, object>): void => {
          Reflect.apply(handler, undefined, [stream]);
        };
        methods.set(definition.path, { definition, serve });
      }
    },
  });
  return methods;
}

function reflectionOf(services: readonly string[]): ReflectionService {
  const set = fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTOR_SET_BASE64, 'base64'));
  // as they are: proto-loader would drop what they import
  const fileDescriptorProtos = set.file.map((file) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, file)),
  );
  const format = 'Protocol Buffer 3 EnumDescriptorProto' as const;
  const own = { format, type: {}, fileDescriptorProtos };
  const all = { own, ...loadSync(healthProto, { keepCase: true }) };
  return new ReflectionService(all, { services: [...services, HEALTH_NAME] });
}
