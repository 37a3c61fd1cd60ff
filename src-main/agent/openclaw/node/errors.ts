import { ClawReachError } from '#shared/errors.ts';

/** What a gateway is told of a command that came to nothing; the names are OpenClaw's. */
export type InvokeErrorCode = 'SYSTEM_RUN_DENIED' | 'INVALID_REQUEST' | 'UNAVAILABLE' | 'TIMEOUT';

/** A command of a gateway that came to nothing. The message is for whoever asked: it names nothing of this machine that was not asked for. */
export class InvokeError extends ClawReachError {
  override readonly name = 'InvokeError';
  readonly invokeCode: InvokeErrorCode;

  constructor(invokeCode: InvokeErrorCode, message: string, cause?: unknown) {
    super('node.invoke', message, { cause });
    this.invokeCode = invokeCode;
  }
}

/** What a person here asked for. Codes `node.any-arguments`, `node.program-unknown`, `node.rules-full`, `node.run-over`. */
export class NodeError extends ClawReachError {
  override readonly name = 'NodeError';
}
