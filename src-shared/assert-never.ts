/** The end of a switch over a union: does not compile while a case is missing, throws if an unchecked value arrives. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
