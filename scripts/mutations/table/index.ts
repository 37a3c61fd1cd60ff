import type { Guard } from '../guard.ts';
import { APPLICATION } from './application.ts';
import { BACKGROUND } from './background.ts';
import { BROWSER_WINDOW } from './browser-window.ts';
import { FOLDERS } from './folders.ts';
import { GATEWAYS } from './gateways.ts';
import { KEYS } from './keys.ts';
import { LINKED } from './linked.ts';
import { LOCAL_NETWORK } from './local-network.ts';
import { NETWORK_PROXY } from './network-proxy.ts';
import { NODE } from './node.ts';
import { PAIRED } from './paired.ts';
import { PAIRING } from './pairing.ts';
import { PROXIES } from './proxies.ts';
import { REMOTE } from './remote.ts';
import { REQUESTS } from './requests.ts';
import { REVOKED } from './revoked.ts';
import { SSH } from './ssh.ts';
import { TERMINALS } from './terminals.ts';
import { UNPAIRED } from './unpaired.ts';

export { UNCOVERED } from './uncovered.ts';

/** Every guard that the mutation run removes. */
export const GUARDS: readonly Guard[] = [
  ...UNPAIRED,
  ...PAIRING,
  ...NETWORK_PROXY,
  ...LOCAL_NETWORK,
  ...PAIRED,
  ...LINKED,
  ...TERMINALS,
  ...REVOKED,
  ...PROXIES,
  ...FOLDERS,
  ...SSH,
  ...GATEWAYS,
  ...REQUESTS,
  ...NODE,
  ...REMOTE,
  ...BROWSER_WINDOW,
  ...BACKGROUND,
  ...APPLICATION,
  ...KEYS,
];
