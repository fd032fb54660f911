/** What has to fail where the bug is back: tests of one file. */
export interface TestCommand {
  /** Path of the test's source, from the root of the project. */
  readonly file: string;
  /** Only the tests whose name this is a part of; undefined: all of the file. */
  readonly only: string | undefined;
  readonly needsCassandra: boolean;
}

/** A known bug that a patch puts back into the sources, and how it is seen to be caught. */
export interface Mutation {
  readonly number: number;
  readonly name: string;
  /** Path of the patch. */
  readonly patch: string;
  readonly bug: string;
  /** Who had it, or where it is described. */
  readonly knownFrom: string;
  /** The promise that it breaks. */
  readonly breaks: string;
  readonly command: TestCommand;
  /** What the failed test says: names the rule that was broken, not just that something was. */
  readonly shows: RegExp;
  /** Caught within a few seconds, without Cassandra: part of the short form. */
  readonly quick: boolean;
}

/** The one name of a command, for people and as a key. */
export function commandText({ file, only }: TestCommand): string {
  return only === undefined ? file : `${file}: ${only}`;
}
