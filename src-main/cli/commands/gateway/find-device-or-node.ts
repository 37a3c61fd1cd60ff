import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';

/** ID and names by which a gateway's device or node can be found. */
type Named = Readonly<{ id: string; names: readonly (string | null)[] }>;

/**
 * Finds a device or node of a gateway by its ID, its name, or the first four or more characters of its ID. Used by
 * `clawreach devices` and `clawreach nodes`. Pure.
 * @param kind noun for the error message
 * @throws {UsageError} `usage.device-unknown`, `usage.device-ambiguous`
 */
export function findDeviceOrNode<Value>(
  all: readonly Value[],
  reference: string,
  kind: 'device' | 'node',
  namesOf: (value: Value) => Named,
): Value {
  const wanted = reference.toLowerCase();
  const exactly = all.filter((value) => namesOf(value).id === reference);
  const called = all.filter((value) => namesOf(value).names.some((name) => name?.toLowerCase() === wanted));
  const begins = wanted.length < 4 ? [] : all.filter((value) => namesOf(value).id.startsWith(wanted));
  const found = [exactly, called, begins].find((some) => some.length > 0) ?? [];
  const [only, ...more] = found;
  const details = { what: kind, name: printable(reference) };
  if (only === undefined) throw new UsageError('usage.device-unknown', 'there is no such device', { details });
  if (more.length > 0) throw new UsageError('usage.device-ambiguous', 'several devices match', { details });
  return only;
}
