import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';

/**
 * Error in the command line or in a setting that it needs. Its code is `usage.<what>`, or that of the setting, such as
 * `relay.proxy-address`. The command has done nothing.
 */
export class UsageError extends ClawReachError {
  override readonly name = 'UsageError';
}

/**
 * Error about the agent: none is running (`control.not-running`), it hangs (`control.timeout`), or it couldn't be
 * started or stopped (`agent.<what>`).
 */
export class AgentError extends ClawReachError {
  override readonly name = 'AgentError';
}

/** Error about the choice of a relay: none is set (`relay.unset`), or none was used before (`relay.no-before`). */
export class RelayChoiceError extends ClawReachError {
  override readonly name = 'RelayChoiceError';
}

/** Signals that end a command. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Interruption of a command by a signal. The command ends with 128 + n, without a message. */
export class InterruptedError extends ClawReachError {
  override readonly name = 'InterruptedError';
  readonly signal: EndingSignal;

  constructor(signal: EndingSignal = 'SIGINT') {
    super('interrupted', `interrupted by ${signal}`);
    this.signal = signal;
  }
}

/**
 * End of a terminal session for a reason other than the end of its program. `hint` is printed before the next step of
 * the error texts.
 */
export class SessionEndedError extends ClawReachError {
  override readonly name = 'SessionEndedError';
  readonly hint: string | undefined;

  constructor(code: string, details: Readonly<Record<string, string>>, hint?: string) {
    super(code, `the session ended: ${code}`, { details });
    this.hint = hint;
  }
}

/** Refusal of a request that was shown to the person at another machine, or that they declined before. Printed with the machine's name. */
export class DeclinedError extends ClawReachError {
  override readonly name = 'DeclinedError';
  /** Name of the machine. */
  readonly machine: string;

  constructor(machine: string, cause: unknown) {
    super('rights.denied', `declined on ${machine}`, { cause });
    this.machine = machine;
  }
}

/** Failure of `connect` in a pipe, where its exit code is that of the program there. Printed like its cause, and ends with 255, as ssh does. */
export class PipedCommandError extends ClawReachError {
  override readonly name = 'PipedCommandError';

  constructor(cause: unknown) {
    super(errorCode(cause), errorMessage(cause), { cause });
  }
}

/** Problem of a forward or gateway that stopped. `hint` is printed before the next step of the error texts. */
export class ProblemError extends ClawReachError {
  override readonly name = 'ProblemError';
  readonly hint: string | undefined;
  /** True if nothing was saved, so that only the hint is a useful next step. */
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
