import type { DescFile, DescMessage } from '@bufbuild/protobuf';

/** The comment above something in a proto file, by its descriptor; '' when there is none. */
export type Comments = (descriptor: object) => string;

/** Numbers of the fields in descriptor.proto that lead from one descriptor to those inside. */
const FILE = { message: 4, enum: 5, service: 6 } as const;
const MESSAGE = { nested: 3, enum: 4 } as const;
/** Fields of a message, values of an enum, methods of a service. */
const INNER = 2;

/** The comments of all files. Descriptors are those that bufbuild calls `proto`. */
export function commentsOf(files: Iterable<DescFile>): Comments {
  const texts = new Map<object, string>();
  for (const { proto } of files) {
    const byPath = new Map<string, string>();
    for (const { path, leadingComments } of proto.sourceCodeInfo?.location ?? []) {
      byPath.set(path.join('.'), tidy(leadingComments));
    }
    const note = (descriptor: object, path: readonly number[]): void => {
      texts.set(descriptor, byPath.get(path.join('.')) ?? '');
    };
    proto.messageType.forEach((one, index) => noteMessage(note, one, [FILE.message, index]));
    proto.enumType.forEach((one, index) => noteInner(note, one, one.value, [FILE.enum, index]));
    proto.service.forEach((one, index) => noteInner(note, one, one.method, [FILE.service, index]));
  }
  return (descriptor) => texts.get(descriptor) ?? '';
}

type Note = (descriptor: object, path: readonly number[]) => void;

function noteInner(
  note: Note,
  outer: object,
  inner: readonly object[],
  path: readonly number[],
): void {
  note(outer, path);
  inner.forEach((one, index) => note(one, [...path, INNER, index]));
}

function noteMessage(note: Note, message: DescMessage['proto'], path: readonly number[]): void {
  noteInner(note, message, message.field, path);
  message.nestedType.forEach((one, index) =>
    noteMessage(note, one, [...path, MESSAGE.nested, index]),
  );
  message.enumType.forEach((one, index) =>
    noteInner(note, one, one.value, [...path, MESSAGE.enum, index]),
  );
}

/** Lines of a paragraph become one. */
function tidy(comment: string): string {
  const paragraphs = comment.split(/\n\s*\n/);
  return paragraphs.map((text) => text.replaceAll(/\s+/g, ' ').trim()).join('\n\n');
}
