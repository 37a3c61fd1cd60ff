import { DirectError } from '#shared/direct/index.ts';
import type { CreateDiscovery, Discovery } from '../discovery/index.ts';

/** Discovery of a device without a local network, such as a page. */
const NO_DISCOVERY: Discovery = {
  view: { enabled: false, showName: false, state: 'off', problem: null, networks: 0, announced: false, devices: [] },
  hears: false,
  addressesOf: () => [],
  likelyAddressesOf: () => [],
  isConfirmed: () => false,
  confirm: () => undefined,
  refute: () => undefined,
  changed: () => undefined,
  woke: () => undefined,
  start: () => undefined,
  watchInvitation: () => () => undefined,
  findHost: () => Promise.reject(new DirectError('direct.unreachable', 'no local network')),
  ask: () => undefined,
  invitationsChanged: () => undefined,
  close: () => Promise.resolve(),
};

/** Creates the discovery of a device without a local network: it finds nothing and answers no calls. */
export const discoverNothing: CreateDiscovery = () => ({ discovery: NO_DISCOVERY, handlers: {} });
