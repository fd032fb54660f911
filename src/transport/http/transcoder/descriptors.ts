import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
// not all of wkt, which is 20 files that nothing here needs
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt/google/protobuf/descriptor_pb.js';
import { DESCRIPTOR_SET_BASE64 } from '../../../gen/descriptors.js';

let opened: FileRegistry | undefined;

/** What stands in `proto/`, with comments. Read once, when it is wanted: that takes a while. */
export function openDescriptors(): FileRegistry {
  opened ??= createFileRegistry(
    fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTOR_SET_BASE64, 'base64')),
  );
  return opened;
}
