import { BinaryWriter } from '@bufbuild/protobuf/wire';

const DOMAIN = 'cassadra';
const TYPE_URL = 'type.googleapis.com/google.rpc.ErrorInfo';

export interface ErrorFacts {
  /** Number of the gRPC status. */
  readonly code: number;
  readonly message: string;
  /** Code of the error catalogue. */
  readonly reason: string;
  readonly details: Readonly<Record<string, string>>;
}

/** `google.rpc.Status` with one `ErrorInfo`: the value of `grpc-status-details-bin`. */
export function encodeStatusDetails({ code, message, reason, details }: ErrorFacts): Buffer {
  const info = new BinaryWriter().uint32(10).string(reason).uint32(18).string(DOMAIN);
  for (const [key, value] of Object.entries(details)) {
    info.uint32(26).fork().uint32(10).string(key).uint32(18).string(value).join();
  }
  const status = new BinaryWriter().uint32(8).int32(code).uint32(18).string(message);
  status.uint32(26).fork().uint32(10).string(TYPE_URL).uint32(18).bytes(info.finish()).join();
  return Buffer.from(status.finish());
}
