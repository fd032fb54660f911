/** A database that the run has started. */
export interface Service {
  /** Root of its process tree. */
  readonly pid: number;
  stop(): Promise<void>;
}
