import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { ProxySettings } from './proxy-settings.ts';

/**
 * Creates the module for the proxy through which this device reaches relays: answers its calls, saves it in the settings, writes a change to the audit
 * log, and connects to the relay again. Called by `Agent`.
 */
export function createProxy(
  core: Core,
  { route, network }: Pick<AgentOptions, 'route'> & Pick<NetworkModule, 'network'>,
): Module {
  const { audit, clock, crypto, logger, masterSecret, settings } = core;
  const { relay } = network;
  const proxy = new ProxySettings({
    route,
    crypto,
    masterSecret,
    clock,
    logger,
    settings,
    onChange: () => relay.start(),
  });
  const view = () => proxy.view(relay.status.url);
  return {
    handlers: {
      'network.proxy.get': view,
      'network.proxy.set': async (input) => {
        proxy.set(input);
        const changed = await view();
        audit.record('network.proxy', {
          mode: changed.mode,
          address: changed.mode === 'manual' ? (changed.address ?? '') : '',
          authorities: changed.authorities.length,
        });
        return changed;
      },
    },
  };
}
