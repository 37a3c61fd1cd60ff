import type { ApprovalView, GatewayRequestView } from '#shared/app-api/index.ts';
import { requestedAction } from '#shared/locales/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Requests for the right `terminal` that open none, by the action that the agent describes. */
const OTHER_ACTIONS = {
  'requested-action.run': 'run',
  'requested-action.list': 'list',
  'requested-action.list-programs': 'list',
  'requested-action.list-commands': 'list',
  'requested-action.list-all': 'list',
  'requested-action.reopen': 'reopen',
  'requested-action.share': 'share',
  'requested-action.take-over': 'take-over',
} as const;

/** Describes what a peer asks for, as the end of a sentence that begins with its name. A request that waits at another machine names that machine. */
export function approvalRequest({
  kind,
  right,
  detail,
  machine,
}: Pick<ApprovalView, 'kind' | 'right' | 'detail' | 'machine'>): string {
  const port = right === 'forward' ? portHere(detail) : undefined;
  const action = right === 'terminal' ? requestedAction(detail)?.key : undefined;
  const other = Object.entries(OTHER_ACTIONS).find(([key]) => key === action)?.[1];
  if (machine !== undefined) {
    const at = { machine: quoteUntrusted(machine.name) };
    if (port !== undefined) return text('approvals.request.at.forward.port', { ...at, port });
    return text(other === undefined ? `approvals.request.at.${right}` : `approvals.request.at.terminal.${other}`, at);
  }
  if (port !== undefined) return text(`approvals.request.${kind}.forward.port`, { port });
  return text(
    other === undefined ? `approvals.request.${kind}.${right}` : `approvals.request.${kind}.terminal.${other}`,
  );
}

/** Finds the port of this machine in a request for a connection to it; undefined for any other target. */
function portHere(detail: string): string | undefined {
  const action = requestedAction(detail);
  if (action?.key !== 'requested-action.connect') return undefined;
  return /^(?:localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})(?: \(|$)/u.exec(action.what)?.[1];
}

/** Reports whether a peer's request contains no more than `approvalRequest` says. Pure. */
export function isSaidByTitle({ right, detail }: Pick<ApprovalView, 'right' | 'detail'>): boolean {
  const action = right === 'terminal' ? requestedAction(detail)?.key : undefined;
  return action === 'requested-action.open' || action === 'requested-action.list';
}

/** Describes what a peer asked for, like `approvalRequest`, in a list of decided requests. */
export function pastApprovalRequest({ kind, right, detail }: Pick<ApprovalView, 'kind' | 'right' | 'detail'>): string {
  const port = right === 'forward' ? portHere(detail) : undefined;
  if (port !== undefined) return text(`approvals.requested.${kind}.forward.port`, { port });
  const runs = right === 'terminal' && requestedAction(detail)?.key === 'requested-action.run';
  return text(runs ? `approvals.requested.${kind}.terminal.run` : `approvals.requested.${kind}.${right}`);
}

/**
 * Describes a gateway's request in one sentence: who asks for what, at which gateway. Used by its card, the announcement of its arrival and the list
 * of decided requests.
 */
export function requestTitle(request: Pick<GatewayRequestView, 'kind' | 'who' | 'title' | 'gatewayName'>): string {
  const values = { name: quoteUntrusted(request.who), gateway: quoteUntrusted(request.gatewayName) };
  if (request.kind === 'plugin' && request.title !== null)
    return text('requests.title.plugin.titled', { ...values, title: quoteUntrusted(request.title) });
  return text(`requests.title.${request.kind}`, values);
}
