import type { ApprovalView, GatewayRequestView } from '#shared/app-api/index.ts';

/** Reports whether approving a peer's request allows this one only. An address is approved for an hour, and a relay until another one is set. */
export function isRightForOnce(right: ApprovalView['right']): boolean {
  return right !== 'forward' && right !== 'use-relay';
}

/** Reports whether approving a gateway's request allows this one only. A device or node stays admitted. */
export function isRequestForOnce(kind: GatewayRequestView['kind']): kind is 'exec' | 'plugin' | 'run' {
  return kind !== 'device' && kind !== 'node';
}
