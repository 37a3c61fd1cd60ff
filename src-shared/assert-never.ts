/**
 * Marks the end of a switch over a union: the code doesn't compile while a case is missing.
 * @throws {TypeError} for a value that bypassed the type check
 */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
