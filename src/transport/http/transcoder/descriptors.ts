import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { DESCRIPTOR_SET_BASE64 } from '../../../gen/descriptors.js';

/** What stands in `proto/`, with comments. */
export function openDescriptors(): FileRegistry {
  const bytes = Buffer.from(DESCRIPTOR_SET_BASE64, 'base64');
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
}
