import type { GatewayView } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Says which gateways use this machine as their node. @param machine this machine's name */
export function offeredText(gateways: readonly GatewayView[], machine: string): string {
  const names = gateways.filter(({ settings }) => settings.node.enabled).map(({ settings }) => settings.name);
  if (names.length === 0) return text('node.off');
  return text('node.offered', {
    count: names.length,
    gateways: joinList(names.map((name) => quoteUntrusted(name))),
    machine: quoteUntrusted(machine),
  });
}
