import type { Handlers } from '../core/module.ts';
import { createDiscoveryHandlers } from './handlers.ts';
import { DiscoveryService, type DiscoveryOptions } from './service.ts';

/** Discovery in the local network, as the network module uses it. */
export type Discovery = Pick<
  DiscoveryService,
  | 'view'
  | 'hears'
  | 'addressesOf'
  | 'likelyAddressesOf'
  | 'isConfirmed'
  | 'confirm'
  | 'refute'
  | 'changed'
  | 'woke'
  | 'start'
  | 'watchInvitation'
  | 'findHost'
  | 'ask'
  | 'invitationsChanged'
  | 'close'
>;

/** Creates the discovery with the network module's part of its options. `handlers`: answers to its calls. */
export type CreateDiscovery = (
  options: Omit<DiscoveryOptions, 'sockets'>,
) => Readonly<{ discovery: Discovery; handlers: Handlers }>;

/** Returns the function with which the network module creates the discovery over these sockets. Called by `Agent`. */
export function createDiscovery(sockets: DiscoveryOptions['sockets']): CreateDiscovery {
  return (options) => {
    const discovery = new DiscoveryService({ ...options, sockets });
    return { discovery, handlers: createDiscoveryHandlers(discovery) };
  };
}
