/** Where the load program finds its part of the original server's store. */
export interface OriginalLocation {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Begins the names of its streams. */
  readonly space: string;
  /** Of the events that are read by type: it has no others of that type. */
  readonly followedType: number;
}

export function encodeOriginalLocation(location: OriginalLocation): string {
  return JSON.stringify(location);
}

export function decodeOriginalLocation(text: string): OriginalLocation {
  return JSON.parse(text) as OriginalLocation;
}
