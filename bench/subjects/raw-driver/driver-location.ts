/** Where the load program finds its part of the table and of the view. */
export interface DriverLocation {
  readonly hosts: string;
  readonly keyspace: string;
  /** Begins the names of its streams. */
  readonly space: string;
  /** Of the events that are read by type: it has no others of that type. */
  readonly followedType: number;
}

export function encodeDriverLocation(location: DriverLocation): string {
  return JSON.stringify(location);
}

export function decodeDriverLocation(text: string): DriverLocation {
  return JSON.parse(text) as DriverLocation;
}
