import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';

/** A run that a gateway wants of this machine, for the person here to decide on. Everything in it is shown in full. */
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
  >
>;

/** Where a part of this agent puts a question that belongs to the requests of gateways. */
export interface RequestInbox {
  /**
   * Puts the run before the person, `kind: 'run'`, and waits for the answer.
   * @param signal aborted when nobody waits for the answer any more: the request goes as `withdrawn`, or as `expired` after `expiresAt`
   * @returns `approve-always` only where the request offers it
   * @throws {DOMException} AbortError
   */
  ask(request: RunRequest, signal: AbortSignal): Promise<GatewayRequestDecision>;
}
