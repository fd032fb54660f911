/** Is told of each arrival: the name of the timer, and when by the wall clock. */
export type OnArrival = (id: string, atMs: number) => void;

/** How one scheduler is used: timers are added through it, and their arrivals are told. */
export interface TimerClient {
  /** Adds one; resolves when it is durable, with the name under which it will arrive. */
  add(dueMs: number): Promise<string>;
  close(): Promise<void>;
}

/** Connects; from then on arrivals are told. */
export type OpenTimerClient = (arrived: OnArrival) => Promise<TimerClient>;
