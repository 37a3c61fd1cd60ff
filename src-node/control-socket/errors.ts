import { ClawReachError } from '#shared/errors.ts';

/** Codes `control.*` of the socket between a user interface and the agent. */
export class ControlError extends ClawReachError {
  override readonly name = 'ControlError';
}

/** `ENOENT` and the like. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
