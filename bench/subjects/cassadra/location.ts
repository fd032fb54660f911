/** Where a load program finds the store: all its servers, and a name of its own in it. */
export interface Location {
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  /** What begins the names of its streams and types: they are apart from those of others. */
  readonly space: string;
}

export function encodeLocation(location: Location): string {
  return JSON.stringify(location);
}

export function decodeLocation(text: string): Location {
  return JSON.parse(text) as Location;
}
