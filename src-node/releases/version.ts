/** Version in parts; `before` holds those of a pre-release label, such as `beta` and `2`. */
export type Version = Readonly<{ numbers: readonly [number, number, number]; before: readonly string[] }>;

const FORM =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Parses a version (https://semver.org) of a release's metadata; undefined if it is invalid. Pure. */
export function parseVersion(text: string): Version | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', before] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], before: before?.split('.') ?? [] };
}

/** Tells whether `text` is newer than `other` (semver.org, 11); false if either is invalid. Used to decide on an update. Pure. */
export function isNewer(text: string, other: string): boolean {
  const [one, two] = [parseVersion(text), parseVersion(other)];
  return one !== undefined && two !== undefined && compare(one, two) > 0;
}

function compare(one: Version, two: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = one.numbers[index] - two.numbers[index];
    if (difference !== 0) return difference;
  }
  // A pre-release precedes its release.
  if (one.before.length === 0 || two.before.length === 0) return two.before.length - one.before.length;
  for (const [index, part] of one.before.entries()) {
    const other = two.before[index];
    // If all earlier parts are equal, the version with more parts is newer.
    if (other === undefined) return 1;
    const difference = compareParts(part, other);
    if (difference !== 0) return difference;
  }
  return one.before.length - two.before.length;
}

/** Compares numbers by value and before words, and words by their characters. */
function compareParts(one: string, two: string): number {
  const [first, second] = [/^\d+$/.test(one), /^\d+$/.test(two)];
  if (first && second) return Number(one) - Number(two);
  if (first !== second) return first ? -1 : 1;
  if (one === two) return 0;
  return one < two ? -1 : 1;
}
