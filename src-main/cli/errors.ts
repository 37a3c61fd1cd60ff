import { ClawReachError } from '#shared/errors.ts';

/** The command line itself, or a setting it needs, is wrong. `code` is `usage.<what>`; nothing was done. */
export class UsageError extends ClawReachError {
  override readonly name = 'UsageError';
}

/** What goes wrong around the agent: none is running (`control.not-running`), or it could not be started or stopped (`agent.<what>`). */
export class AgentError extends ClawReachError {
  override readonly name = 'AgentError';
}

/** Which relay, seen from the command line. `code` is `relay.unset`, `relay.no-before`. */
export class RelayChoiceError extends ClawReachError {
  override readonly name = 'RelayChoiceError';
}

/** Signals that end a command in an orderly way. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Ctrl-C, or a signal from outside. Ends a command with 128 + n and without a message. */
export class InterruptedError extends ClawReachError {
  override readonly name = 'InterruptedError';
  readonly signal: EndingSignal;

  constructor(signal: EndingSignal = 'SIGINT') {
    super('interrupted', `interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** A session at this terminal that something else than its program ended. `hint` goes before what the catalogue says to do next. */
export class SessionEndedError extends ClawReachError {
  override readonly name = 'SessionEndedError';
  readonly hint: string | undefined;

  constructor(code: string, details: Readonly<Record<string, string>>, hint?: string) {
    super(code, `the session ended: ${code}`, { details });
    this.hint = hint;
  }
}

/** A forward or gateway that stopped for the problem it shows. `hint` is printed before the next step of the catalogue. */
export class ProblemError extends ClawReachError {
  override readonly name = 'ProblemError';
  readonly hint: string | undefined;
  /** Only the hint applies: nothing was kept, so the catalogue's next step doesn't. */
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
