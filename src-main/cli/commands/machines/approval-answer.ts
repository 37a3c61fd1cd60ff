import type { ApprovalView } from '#shared/app-api/index.ts';
import { formatBinaryBytes, formatDuration, formatEnd, printable } from '../../output/index.ts';
import { approvalText, askerText, factLines } from './approval-format.ts';
import { peerWord } from './peer-format.ts';
import { rightName } from './right-names.ts';

/** Words for the states of a request. JSON output keeps the words of the API. */
export const APPROVAL_STATES: Readonly<Record<ApprovalView['state'], string>> = {
  pending: 'waiting',
  approved: 'approved',
  denied: 'declined',
  ignored: 'ignored',
  expired: 'expired',
  withdrawn: 'withdrawn',
};

/** Describes a request on one line: who asks, and for what. The functions of this file are pure. */
export function describeRequest(approval: ApprovalView): string {
  return `${askerText(approval)}, ${approvalText(approval)}`;
}

/** Formats a request with all its facts, one per line, never shortened. */
export function requestLines(approval: ApprovalView): readonly string[] {
  return [describeRequest(approval), ...factLines(approval.facts).map((line) => `  ${line}`)];
}

/** Formats the answer to a request, and what it means for later ones. @param now Unix time, ms @param isRemembered true for `--remember` */
export function answerLines(approval: ApprovalView, now: number, isRemembered = false): readonly string[] {
  return [
    `${describeRequest(approval)}: ${APPROVAL_STATES[approval.state]}`,
    ...(isRemembered && approval.state === 'approved' ? [grantedText(approval)] : []),
    ...untilText(approval, now),
    ...onceText(approval, isRemembered),
    ...pauseText(approval),
  ];
}

/** Formats the command that undoes `ignore`; empty if no permission was denied. */
export function undoText({ peerName, peerId, right }: ApprovalView): readonly string[] {
  if (right === 'use-relay') return [];
  const word = peerWord({ name: peerName, peerId });
  return [`To be asked again: \`clawreach rights ${word} --ask ${rightName(right)}\``];
}

/** Says how long the same request is declined without being shown, after "Decline"; empty without a pause. */
function pauseText({ id, declinedUntil, decidedAt }: ApprovalView): readonly string[] {
  if (declinedUntil === undefined || decidedAt === null) return [];
  const seconds = Math.round((declinedUntil - decidedAt) / 1000);
  return [
    `The same request is declined for ${formatDuration(seconds * 1000)}. To be asked again before: \`clawreach approvals ask-again ${id}\``,
  ];
}

/** Says until when the permission is allowed, and how to end it earlier; empty for an approval without an end. */
function untilText(
  { right, agent, agentOnly, most, peerName, peerId, until }: ApprovalView,
  now: number,
): readonly string[] {
  // `onceText` describes the hour of a target.
  if (until === undefined || right === 'forward') return [];
  const word = peerWord({ name: peerName, peerId });
  if (agentOnly === true && agent !== undefined)
    return [
      `${printable(peerName)} may write anything to ${agent} until ${formatEnd(until, now)}. To end it before: \`clawreach rights ${word} --reset-agent ${agent}\``,
    ];
  return [
    `${printable(peerName)} isn't asked about again until ${formatEnd(until, now)}${most === undefined ? '' : `, for up to ${formatBinaryBytes(most)} a transfer`}; what it runs under this permission ends then. ` +
      `To end it before: \`clawreach rights ${word} --ask ${rightName(right)}\``,
  ];
}

/** Says how long a target may be used that was approved once; empty for other answers, which end with what was asked for. */
function onceText({ right, state, peerName, peerId }: ApprovalView, isRemembered: boolean): readonly string[] {
  if (right !== 'forward' || state !== 'approved' || isRemembered) return [];
  const word = peerWord({ name: peerName, peerId });
  return [
    `${printable(peerName)} may use this target until it disconnects, for up to an hour. For good: \`clawreach targets ${word} --allow HOST:PORT\`, or \`--remember\` when it asks again.`,
  ];
}

/** Describes what a remembered approval allows, which can be more than the request. */
function grantedText({ right, agent, agentOnly, most, peerName }: ApprovalView): string {
  const name = printable(peerName);
  switch (right) {
    case 'use-relay':
      return '';
    case 'terminal':
      return `${name} may open any terminal and run any command here from now on, in any folder.`;
    case 'view':
      return `${name} may watch every terminal that is shared with it from now on.`;
    case 'relay':
      return `${name} may pass through this machine to any other one from now on.`;
    case 'introduce':
      return `${name} may introduce machines from now on, with what it may hand on. See: clawreach rights`;
    case 'prompt':
      return `${name} may use the gateways of this machine for anything from now on.`;
    case 'message':
      return agentOnly === true && agent !== undefined
        ? `${name} may write anything to ${agent} from now on.`
        : `${name} may write anything to any agent of this machine from now on.`;
    case 'send':
      return most === undefined
        ? `${name} may send any files to this machine from now on.`
        : `${name} may send files to this machine from now on, up to ${formatBinaryBytes(most)} a transfer. You're asked about larger ones.`;
    case 'wake':
      return `${name} may have this machine wake others in its network from now on.`;
    case 'files':
      return `${name} may open the folders that you share with it from now on. See: clawreach files shared`;
    case 'forward':
      return `${name} may use this target from now on, but no other. See: clawreach targets`;
  }
}
