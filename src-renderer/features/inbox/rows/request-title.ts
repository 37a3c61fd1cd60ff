import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

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
