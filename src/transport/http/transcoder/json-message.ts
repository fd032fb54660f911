import { mergeFromJson, type DescMessage, type JsonObject, type Message } from '@bufbuild/protobuf';
import { invalidField } from '../../../core/index.js';
import { requireFields } from './require-fields.js';

/** Sets the fields of `json` in the message. Throws INVALID_ARGUMENT that names the field. */
export function mergeJson(desc: DescMessage, message: Message, json: JsonObject): void {
  requireFields(desc, json);
  try {
    mergeFromJson(desc, message, json);
  } catch {
    // the reader's words are for its own users, and may quote a value of any length
    throw invalidField('body', `cannot be read as ${desc.name}`);
  }
}
