import * as fc from 'fast-check';
import { ClawReachError } from '#shared/errors.ts';
import { strangeBytes } from './mutations.ts';

/** Set to `all` by `npm run test:full`: every generated case that the project asks for, instead of a twentieth, new ones in each run. */
export const ALL_CASES = process.env['CLAWREACH_TEST_CASES'] === 'all';

/** Returns the number of generated cases that this run takes of `all`: one in `share`, where each of them is a request to a whole server. */
export function casesOf(all: number, share = 20): number {
  return ALL_CASES ? all : Math.ceil(all / share);
}

/** The project asks for a hundred thousand. */
export const CASES_PER_BOUNDARY = casesOf(100_000);

/** How many cases went how far. */
export type FuzzCount = Readonly<{ cases: number; mutated: number; passedFirstCheck: number; accepted: number }>;

/**
 * Feeds strange bytes to a decoder. Every case must be accepted or end in one of the named project errors; anything else fails the test.
 */
export function fuzzDecoder(
  options: Readonly<{
    name: string;
    valid: readonly Uint8Array[];
    maximum: number;
    errors: readonly string[];
    /** Error codes that mean the first check refused it. */
    firstCheck(code: string): boolean;
    decode(bytes: Uint8Array, number: number): void;
    cases?: number;
  }>,
): FuzzCount {
  let cases = 0;
  let mutated = 0;
  let passedFirstCheck = 0;
  let accepted = 0;
  fc.assert(
    fc.property(strangeBytes(options.valid, options.maximum), (strange) => {
      cases += 1;
      if (strange.mutated) mutated += 1;
      try {
        options.decode(strange.bytes, cases);
        passedFirstCheck += 1;
        accepted += 1;
      } catch (error) {
        if (!(error instanceof ClawReachError) || !options.errors.includes(error.name)) throw error;
        if (!options.firstCheck(error.code)) passedFirstCheck += 1;
      }
    }),
    { numRuns: options.cases ?? CASES_PER_BOUNDARY },
  );
  console.info(
    `${options.name}: ${cases} cases, ${mutated} mutated, ${passedFirstCheck} passed the first check, ${accepted} accepted`,
  );
  return { cases, mutated, passedFirstCheck, accepted };
}
