import { ClawReachError } from '#shared/errors.ts';

/** Error in the command line or in a setting that it needs. `code` is `usage.<what>`; nothing was done. */
export class UsageError extends ClawReachError {
  override readonly name = 'UsageError';
}

/** Error about the agent: none is running (`control.not-running`), or starting or stopping it failed (`agent.<what>`). */
export class AgentError extends ClawReachError {
  override readonly name = 'AgentError';
}

/** Error about the choice of a relay: `relay.unset`, `relay.no-before`. */
export class RelayChoiceError extends ClawReachError {
  override readonly name = 'RelayChoiceError';
}

/** Signals after which a command ends in an orderly way. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Interruption by Ctrl-C or another signal. Ends a command with 128 + n and without a message. */
export class InterruptedError extends ClawReachError {
  override readonly name = 'InterruptedError';
  readonly signal: EndingSignal;

  constructor(signal: EndingSignal = 'SIGINT') {
    super('interrupted', `interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** End of a terminal session by anything but its program. `hint` is printed before the next step of the catalogue. */
export class SessionEndedError extends ClawReachError {
  override readonly name = 'SessionEndedError';
  readonly hint: string | undefined;

  constructor(code: string, details: Readonly<Record<string, string>>, hint?: string) {
    super(code, `the session ended: ${code}`, { details });
    this.hint = hint;
  }
}

/** Error of a forward or gateway that stopped. `hint` is printed before the next step of the catalogue. */
export class ProblemError extends ClawReachError {
  override readonly name = 'ProblemError';
  readonly hint: string | undefined;
  /** True if only the hint applies: nothing was kept, so the catalogue's next step doesn't. */
  readonly isDropped: boolean;

  constructor(
    code: string,
    details: Readonly<Record<string, string | number>>,
    hint?: string,
    { isDropped = false }: Readonly<{ isDropped?: boolean }> = {},
  ) {
    super(code, `failed: ${code}`, { details });
    this.hint = hint;
    this.isDropped = isDropped;
  }
}
