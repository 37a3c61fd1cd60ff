import type { AppCall, AppEvent } from '#shared/app-api/index.ts';

/*
 * The names of the contract, for the page. Written out, since the preload script would else carry the whole library that checks values; the
 * compiler refuses a name too many or too few.
 */

const CALLS: Readonly<Record<AppCall, true>> = {
  'status.get': true,
  'agent.stop': true,
  'device.rename': true,
  'relay.configure': true,
  'relay.ready': true,
  'pairing.invite': true,
  'pairing.result': true,
  'pairing.join': true,
  'pairing.cancel': true,
  'peers.list': true,
  'peers.get': true,
  'peers.rename': true,
  'peers.forget': true,
  'peers.setOwn': true,
  'peers.ping': true,
  'peers.setPathMode': true,
  'peers.reconnect': true,
  'network.get': true,
  'network.set': true,
  'rights.set': true,
  'approvals.list': true,
  'approvals.decide': true,
  'terminal.open': true,
  'terminal.resize': true,
  'terminal.close': true,
  'terminal.list': true,
  'audit.list': true,
  'forwards.list': true,
  'forwards.add': true,
  'forwards.update': true,
  'forwards.remove': true,
  'forwards.enable': true,
  'forwards.restart': true,
  'forwards.trustHostKey': true,
  'forwards.probe': true,
  'forwards.connections': true,
  'forwards.disconnect': true,
  'forwards.import': true,
  'forwards.export': true,
  'targets.set': true,
  'targets.list': true,
  'targets.protect': true,
  'shell.facts': true,
  'shell.openLink': true,
  'shell.settings.get': true,
  'shell.settings.set': true,
  'shell.relay.get': true,
  'shell.relay.start': true,
  'shell.relay.stop': true,
  'shell.secret.keep': true,
};

const EVENTS: Readonly<Record<AppEvent, true>> = {
  'status.changed': true,
  'peers.changed': true,
  'approvals.changed': true,
  'terminal.ended': true,
  'agent.ending': true,
  'forwards.changed': true,
  'shell.navigate': true,
  'shell.settings.changed': true,
  'shell.relay.changed': true,
  'shell.minimised': true,
};

export const CALL_NAMES: readonly string[] = Object.keys(CALLS);
export const EVENT_NAMES: readonly string[] = Object.keys(EVENTS);
