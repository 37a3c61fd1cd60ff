import { ClawReachError } from '#shared/errors.ts';

/** The relay cannot start or cannot go on. `code` is `relay.<what>`; texts in `command/start-errors.ts` say what to do next. */
export class RelayStartError extends ClawReachError {
  override readonly name = 'RelayStartError';
}
