/** A document as it was from one moment on; without content: removed. */
export interface DocumentVersion {
  readonly content: string | undefined;
  readonly atMs: number;
}
