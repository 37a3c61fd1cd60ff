/** What one run of `npm run test:soak` does. */
export type SoakRun = Readonly<{ seeds: readonly number[]; mebibytes: number }>;

export const SOAK_USAGE = `Usage: npm run test:soak -- [--seeds COUNT | --seeds FROM-TO | --seeds N,N,FROM-TO] [--first N] [--mebibytes N] [--journal FILE] [--no-document]
  --seeds COUNT      so many seeds from --first on (50)
  --seeds FROM-TO    these seeds, such as 771-773; also a list, such as 4,17,771-773
  --first N          the first of COUNT seeds (1)
  --mebibytes N      bytes of each transfer (256)
  --journal FILE     keeps every run there, and leaves out the seeds that it has
  --no-document      leaves docs/RELIABILITY.md as it is`;

/** More would take weeks. */
const MOST_SEEDS = 10_000;
const LARGEST_SEED = 0x7fff_ffff;
const MOST_MEBIBYTES = 65_536;

/**
 * The seeds and sizes that the options ask for.
 * @throws {RangeError} for anything but whole numbers within their bounds, and for no seed at all; the message says what to write
 */
export function readSoakRun(
  values: Readonly<{ seeds?: string | undefined; first?: string | undefined; mebibytes?: string | undefined }>,
): SoakRun {
  const mebibytes = wholeNumber('--mebibytes', values.mebibytes ?? '256', 1, MOST_MEBIBYTES);
  const text = values.seeds ?? '50';
  if (/^\d+$/.test(text)) {
    const count = wholeNumber('--seeds', text, 1, MOST_SEEDS);
    const first = wholeNumber('--first', values.first ?? '1', 0, LARGEST_SEED);
    return { seeds: Array.from({ length: count }, (_, index) => first + index), mebibytes };
  }
  if (values.first !== undefined)
    throw new RangeError('--first goes with --seeds COUNT, not with seeds that are named');
  const seeds = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (from === undefined)
      throw new RangeError(`--seeds: expected a count, or seeds such as 771-773 or 4,17; got ${text}`);
    const begin = wholeNumber('--seeds', from, 0, LARGEST_SEED);
    const end = wholeNumber('--seeds', to ?? from, 0, LARGEST_SEED);
    if (end < begin) throw new RangeError(`--seeds: ${part.trim()} goes backwards`);
    if (end - begin >= MOST_SEEDS) throw new RangeError(`--seeds: ${part.trim()} has more than ${MOST_SEEDS} seeds`);
    for (let seed = begin; seed <= end; seed += 1) seeds.add(seed);
  }
  return { seeds: [...seeds].toSorted((one, other) => one - other), mebibytes };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new RangeError(`${option}: expected a whole number from ${least} to ${most}, got ${text}`);
  return number;
}
