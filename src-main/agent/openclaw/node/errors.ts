import { ClawReachError } from '#shared/errors.ts';

/** Error codes of OpenClaw for a failed command. */
export type InvokeErrorCode = 'SYSTEM_RUN_DENIED' | 'INVALID_REQUEST' | 'UNAVAILABLE' | 'TIMEOUT';

/** Failed command of a gateway. The message goes to the gateway, so it reveals nothing about this machine beyond the request. */
export class InvokeError extends ClawReachError {
  override readonly name = 'InvokeError';
  readonly invokeCode: InvokeErrorCode;

  constructor(invokeCode: InvokeErrorCode, message: string, cause?: unknown) {
    super('node.invoke', message, { cause });
    this.invokeCode = invokeCode;
  }
}

/**
 * Failed call of a user interface about this machine as a node. Codes `node.any-arguments`, `node.program-unknown`,
 * `node.rules-full`, `node.run-over`, `node.unpinned`.
 */
export class NodeError extends ClawReachError {
  override readonly name = 'NodeError';
}
