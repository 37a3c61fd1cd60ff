import { APP_TEXTS } from './app.ts';
import { APPROVALS_TEXTS } from './approvals.ts';
import { DISCOVERY_TEXTS } from './discovery.ts';
import { DIAGNOSTICS_TEXTS } from './diagnostics.ts';
import { ERRORS_TEXTS } from './errors.ts';
import { FORWARDS_TEXTS } from './forwards.ts';
import { GATEWAYS_TEXTS } from './gateways.ts';
import { HISTORY_GATEWAYS_TEXTS } from './history-gateways.ts';
import { HISTORY_TEXTS } from './history.ts';
import { NODE_TEXTS } from './node.ts';
import { PALETTE_TEXTS } from './palette.ts';
import { PEER_FACTS_TEXTS } from './peer-facts.ts';
import { PEERS_TEXTS } from './peers.ts';
import { FIRST_RUN_TEXTS } from './first-run.ts';
import { PAIRING_TEXTS } from './pairing.ts';
import { PROXY_TEXTS } from './proxy.ts';
import { REMOTES_TEXTS } from './remotes.ts';
import { REQUESTS_TEXTS } from './requests.ts';
import { SETTINGS_TEXTS } from './settings.ts';
import { SHARING_TEXTS } from './sharing.ts';
import { TARGETS_TEXTS } from './targets.ts';
import { TERMINALS_TEXTS } from './terminals.ts';
import { TOGETHER_TEXTS } from './together.ts';
import { UI_TEXTS } from './ui.ts';
import { UPDATES_TEXTS } from './updates.ts';

/** The English catalogue, one file an area. It is what types the keys of `text()`. */
export const EN = {
  ...APP_TEXTS,
  ...DIAGNOSTICS_TEXTS,
  ...ERRORS_TEXTS,
  ...APPROVALS_TEXTS,
  ...DISCOVERY_TEXTS,
  ...FORWARDS_TEXTS,
  ...GATEWAYS_TEXTS,
  ...HISTORY_GATEWAYS_TEXTS,
  ...HISTORY_TEXTS,
  ...NODE_TEXTS,
  ...PALETTE_TEXTS,
  ...PEER_FACTS_TEXTS,
  ...PEERS_TEXTS,
  ...FIRST_RUN_TEXTS,
  ...PAIRING_TEXTS,
  ...PROXY_TEXTS,
  ...REMOTES_TEXTS,
  ...REQUESTS_TEXTS,
  ...SETTINGS_TEXTS,
  ...SHARING_TEXTS,
  ...TARGETS_TEXTS,
  ...TERMINALS_TEXTS,
  ...TOGETHER_TEXTS,
  ...UI_TEXTS,
  ...UPDATES_TEXTS,
} as const;
