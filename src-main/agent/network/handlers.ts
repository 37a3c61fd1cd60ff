import type { AppHandlers, PROXY_CALLS } from '#shared/app-api/index.ts';
import type { AgentParts } from '../api/parts.ts';

/** How this device reaches relays. */
export function createProxyHandlers({
  network,
  proxy,
  audit,
}: AgentParts): Pick<AppHandlers, keyof typeof PROXY_CALLS> {
  const view = () => proxy.view(network.relay.status.url);
  return {
    'network.proxy.get': view,
    'network.proxy.set': async (input) => {
      proxy.set(input);
      const now = await view();
      audit.record('network.proxy', {
        mode: now.mode,
        address: now.mode === 'manual' ? (now.address ?? '') : '',
        authorities: now.authorities.length,
      });
      return now;
    },
  };
}
