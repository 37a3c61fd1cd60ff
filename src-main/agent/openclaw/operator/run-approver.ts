import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';

/** Run that a gateway requests on this machine, for the person here to decide on. All of it is shown in full. */
export type RunRequest = Readonly<
  Pick<
    GatewayRequestView,
    | 'gateway'
    | 'gatewayName'
    | 'who'
    | 'command'
    | 'argv'
    | 'directory'
    | 'environment'
    | 'agent'
    | 'title'
    | 'text'
    | 'severity'
    | 'decisions'
    | 'onceReason'
    | 'expiresAt'
  > &
    Record<'program' | 'user', string>
>;

/**
 * Interface through which the node folder asks the person at this machine; implemented by `OperatorService`, which saves each request that ends in
 * the history and writes it to the audit log.
 */
export interface RunApprover {
  /**
   * Asks the person to decide on a run (`kind: 'run'`).
   * @param signal aborted when no one waits for the decision any
   * more; the request then ends as `withdrawn`, or as `expired` after `expiresAt`
   * @returns the decision;
   * `approve-always` only if the request offers it
   * @throws {DOMException} AbortError
   */
  ask(request: RunRequest, signal: AbortSignal): Promise<GatewayRequestDecision>;
}
