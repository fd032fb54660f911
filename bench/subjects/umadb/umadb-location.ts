/** Where the load program finds its part of the store. */
export interface UmadbLocation {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly proto: string;
  /** Begins the names of its streams, which are tags, and ends its type. */
  readonly space: string;
}

export function encodeUmadbLocation(location: UmadbLocation): string {
  return JSON.stringify(location);
}

export function decodeUmadbLocation(text: string): UmadbLocation {
  return JSON.parse(text) as UmadbLocation;
}
