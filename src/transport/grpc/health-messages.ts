import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** As grpc.health.v1 numbers them. */
const STATUS = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

export type HealthStatus = keyof typeof STATUS;

/** A HealthCheckRequest. */
export interface HealthRequest {
  readonly service: string;
}

/** Throws when the bytes are no message. */
export function readHealthRequest(bytes: Uint8Array): HealthRequest {
  const reader = new BinaryReader(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) service = reader.string();
    else reader.skip(type, field);
  }
  return { service };
}

/** A HealthCheckResponse. */
export function healthAnswer(status: HealthStatus): Uint8Array {
  return new BinaryWriter().uint32(8).int32(STATUS[status]).finish();
}

/** A HealthListResponse: a map from names to answers. */
export function healthList(statuses: ReadonlyMap<string, HealthStatus>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, status] of statuses) {
    writer.uint32(10).fork();
    writer.uint32(10).string(name).uint32(18).bytes(healthAnswer(status));
    writer.join();
  }
  return writer.finish();
}
