import { APP_TEXTS } from './app.ts';
import { APPROVALS_TEXTS } from './approvals.ts';
import { DIAGNOSTICS_TEXTS } from './diagnostics.ts';
import { DISCOVERY_TEXTS } from './discovery.ts';
import { ERRORS_TEXTS } from './errors.ts';
import { FIRST_RUN_TEXTS } from './first-run.ts';
import { FORWARDS_TEXTS } from './forwards.ts';
import { GATEWAYS_TEXTS } from './gateways.ts';
import { HISTORY_TEXTS } from './history.ts';
import { HISTORY_GATEWAYS_TEXTS } from './history-gateways.ts';
import { NODE_TEXTS } from './node.ts';
import { PAIRING_TEXTS } from './pairing.ts';
import { PALETTE_TEXTS } from './palette.ts';
import { PEER_FACTS_TEXTS } from './peer-facts.ts';
import { PEERS_TEXTS } from './peers.ts';
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

export { ERRORS_DE as ERRORS } from '#shared/languages/de/index.ts';

/** One file an area, as in English. */
export const TEXTS = {
  ...APP_TEXTS,
  ...APPROVALS_TEXTS,
  ...DIAGNOSTICS_TEXTS,
  ...DISCOVERY_TEXTS,
  ...ERRORS_TEXTS,
  ...FIRST_RUN_TEXTS,
  ...FORWARDS_TEXTS,
  ...GATEWAYS_TEXTS,
  ...HISTORY_TEXTS,
  ...HISTORY_GATEWAYS_TEXTS,
  ...NODE_TEXTS,
  ...PAIRING_TEXTS,
  ...PALETTE_TEXTS,
  ...PEER_FACTS_TEXTS,
  ...PEERS_TEXTS,
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
