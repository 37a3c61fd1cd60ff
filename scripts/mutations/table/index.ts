import type { Guard } from '../guard.ts';
import { ACCESS } from './access.ts';
import { ACCOUNTS } from './accounts.ts';
import { APPLICATION } from './application.ts';
import { BACKGROUND } from './background.ts';
import { BROWSER_WINDOW } from './browser-window.ts';
import { FOLDERS } from './folders.ts';
import { FOREIGN } from './foreign.ts';
import { FORWARDS } from './forwards.ts';
import { GATEWAY_REQUESTS } from './gateway-requests.ts';
import { GATEWAYS } from './gateways.ts';
import { KEYS } from './keys.ts';
import { LINKS } from './links.ts';
import { MESSAGE_DELIVERIES } from './deliveries.ts';
import { FILES } from './files.ts';
import { MESSAGE_API } from './message-api.ts';
import { LOCAL_NETWORK } from './local-network.ts';
import { MESSAGES } from './messages.ts';
import { NETWORK_PROXY } from './network-proxy.ts';
import { NODE } from './node.ts';
import { PAIRING } from './pairing.ts';
import { PEERS } from './peers.ts';
import { PLAIN } from './plain.ts';
import { PORT_MAPPING } from './port-mapping.ts';
import { PROMPTS } from './prompts.ts';
import { DASHBOARD } from './dashboard.ts';
import { RELAY_PAGE } from './relay-page.ts';
import { RELAY } from './relay.ts';
import { REVOCATION } from './revocation.ts';
import { RELAY_SERVERS } from './relay-servers.ts';
import { SHARE_LINKS } from './share-links.ts';
import { SSH } from './ssh.ts';
import { TERMINALS } from './terminals.ts';
import { WAKE_ON_LAN } from './wake-on-lan.ts';

export { UNCOVERED } from './uncovered.ts';

/** Every guard that the mutation run removes. */
export const GUARDS: readonly Guard[] = [
  ...RELAY,
  ...SHARE_LINKS,
  ...ACCOUNTS,
  ...PLAIN,
  ...FOREIGN,
  ...ACCESS,
  ...RELAY_PAGE,
  ...DASHBOARD,
  ...MESSAGES,
  ...PAIRING,
  ...NETWORK_PROXY,
  ...LOCAL_NETWORK,
  ...PORT_MAPPING,
  ...PEERS,
  ...LINKS,
  ...TERMINALS,
  ...REVOCATION,
  ...FORWARDS,
  ...FOLDERS,
  ...RELAY_SERVERS,
  ...SSH,
  ...GATEWAYS,
  ...GATEWAY_REQUESTS,
  ...NODE,
  ...PROMPTS,
  ...BROWSER_WINDOW,
  ...MESSAGE_API,
  ...MESSAGE_DELIVERIES,
  ...FILES,
  ...BACKGROUND,
  ...APPLICATION,
  ...KEYS,
  ...WAKE_ON_LAN,
];
