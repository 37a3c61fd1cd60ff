import { type GatewayView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { formatDuration, printable } from '../../output/index.ts';
import { lastWord, nameWord } from '../machines/peer-format.ts';

/**
 * Formats the state of this machine as a node of one gateway, with cause and next step. The first line is enough for a summary. Used by `clawreach
 * node`. Pure.
 * @param now Unix time, ms
 */
export function describeNode(view: GatewayView, now: number): readonly string[] {
  const { node, problemLines } = { node: view.node, problemLines: problemOf(view) };
  switch (node.state) {
    case 'off':
      return [
        `off. To make this machine its node: \`clawreach node run --gateway ${nameWord(view.settings.name, view.id)}\``,
      ];
    case 'connecting':
      return ['connecting'];
    case 'pairing':
      return [
        'step 1 of 2: waiting until an operator of the gateway approves this machine as a device. ClawReach continues automatically.',
        ...(node.requestId === null ? [] : [`On the gateway:  openclaw devices approve ${lastWord(node.requestId)}`]),
      ];
    case 'waiting': {
      const retry = node.retryAt === null ? '' : `, retrying in ${formatDuration(Math.max(0, node.retryAt - now))}`;
      return [`not connected${retry}`, ...problemLines];
    }
    case 'stopped':
      return ['stopped', ...problemLines];
    case 'connected':
      return describeSurface(view);
    default:
      return assertNever(node.state);
  }
}

function describeSurface({ surface }: GatewayView): readonly string[] {
  // Sorted, since a gateway returns them in another order than declared.
  const list = (names: readonly string[]): string =>
    names
      .toSorted()
      .map((name) => printable(name))
      .join(', ');
  const approve =
    surface.requestId === null ? [] : [`On the gateway:  openclaw nodes approve ${lastWord(surface.requestId)}`];
  switch (surface.state) {
    case 'none':
      return ['connected; offers no commands'];
    case 'pending':
      return [
        `step 2 of 2: connected; waiting until an operator approves its commands: ${list(surface.waiting)}`,
        ...approve,
      ];
    case 'reapproval':
      return [
        `connected; approved commands: ${list(surface.commands)}`,
        `Waiting until an operator approves more: ${list(surface.waiting)}`,
        ...approve,
      ];
    case 'approved':
      return [`connected; approved commands: ${list(surface.commands)}`];
    default:
      return assertNever(surface.state);
  }
}

function problemOf({ node: { problem } }: GatewayView): readonly string[] {
  if (problem === null) return [];
  const { what, why, next } = commandErrorText(problem.code, problem.code, problem.details);
  return [`${printable(what)}  [${problem.code}]`, printable(why), printable(next)];
}
