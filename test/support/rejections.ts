import { ClawReachError } from '#shared/errors.ts';

/** The code of the project error that `run` throws or rejects with. Fails the test when there is none or it is another kind of error. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ClawReachError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}
