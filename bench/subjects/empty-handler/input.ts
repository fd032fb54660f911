export interface EmptyServerInput {
  readonly protoFile: string;
  readonly includeDirs: readonly string[];
}
