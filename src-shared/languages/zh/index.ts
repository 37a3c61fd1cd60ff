import type { TranslatedErrors } from '../load.ts';
import { CONTROL_TEXTS } from './control.ts';
import { DISCOVERY_TEXTS } from './discovery.ts';
import { FOLDERS_TEXTS } from './folders.ts';
import { FORWARDS_TEXTS } from './forwards.ts';
import { GATEWAYS_TEXTS } from './gateways.ts';
import { HANDSHAKE_TEXTS } from './handshake.ts';
import { HOSTED_RELAY_TEXTS } from './hosted-relay.ts';
import { INI_TEXTS } from './ini.ts';
import { LINKS_TEXTS } from './links.ts';
import { NODE_TEXTS } from './node.ts';
import { OPERATOR_TEXTS } from './operator.ts';
import { PAIRING_TEXTS } from './pairing.ts';
import { PATHS_TEXTS } from './paths.ts';
import { PEERS_TEXTS } from './peers.ts';
import { RELAY_TEXTS } from './relay.ts';
import { REMOTE_TEXTS } from './remote.ts';
import { SERVICE_TEXTS } from './service.ts';
import { SESSIONS_TEXTS } from './sessions.ts';
import { SHELL_TEXTS } from './shell.ts';
import { SSH_TEXTS } from './ssh.ts';
import { STORE_TEXTS } from './store.ts';
import { TARGETS_TEXTS } from './targets.ts';
import { TERMINALS_TEXTS } from './terminals.ts';
import { UPDATES_TEXTS } from './updates.ts';

/** One file an area, as in `app-api/error-texts`. */
export const ERRORS_ZH: TranslatedErrors = {
  ...CONTROL_TEXTS,
  ...DISCOVERY_TEXTS,
  ...FOLDERS_TEXTS,
  ...FORWARDS_TEXTS,
  ...GATEWAYS_TEXTS,
  ...HANDSHAKE_TEXTS,
  ...HOSTED_RELAY_TEXTS,
  ...INI_TEXTS,
  ...LINKS_TEXTS,
  ...NODE_TEXTS,
  ...OPERATOR_TEXTS,
  ...PAIRING_TEXTS,
  ...PATHS_TEXTS,
  ...PEERS_TEXTS,
  ...RELAY_TEXTS,
  ...REMOTE_TEXTS,
  ...SERVICE_TEXTS,
  ...SESSIONS_TEXTS,
  ...SHELL_TEXTS,
  ...SSH_TEXTS,
  ...STORE_TEXTS,
  ...TARGETS_TEXTS,
  ...TERMINALS_TEXTS,
  ...UPDATES_TEXTS,
};
