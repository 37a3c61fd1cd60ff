import { APP_TEXTS } from './app.ts';
import { APPROVALS_TEXTS } from './approvals.ts';
import { ERRORS_TEXTS } from './errors.ts';
import { FORWARDS_TEXTS } from './forwards.ts';
import { GATEWAYS_TEXTS } from './gateways.ts';
import { NODE_TEXTS } from './node.ts';
import { PEERS_TEXTS } from './peers.ts';
import { FIRST_RUN_TEXTS } from './first-run.ts';
import { PAIRING_TEXTS } from './pairing.ts';
import { REMOTES_TEXTS } from './remotes.ts';
import { REQUESTS_TEXTS } from './requests.ts';
import { SETTINGS_TEXTS } from './settings.ts';
import { TARGETS_TEXTS } from './targets.ts';
import { TERMINALS_TEXTS } from './terminals.ts';
import { UI_TEXTS } from './ui.ts';

/** The English catalogue, one file an area. It is what types the keys of `text()`. */
export const EN = {
  ...APP_TEXTS,
  ...ERRORS_TEXTS,
  ...APPROVALS_TEXTS,
  ...FORWARDS_TEXTS,
  ...GATEWAYS_TEXTS,
  ...NODE_TEXTS,
  ...PEERS_TEXTS,
  ...FIRST_RUN_TEXTS,
  ...PAIRING_TEXTS,
  ...REMOTES_TEXTS,
  ...REQUESTS_TEXTS,
  ...SETTINGS_TEXTS,
  ...TARGETS_TEXTS,
  ...TERMINALS_TEXTS,
  ...UI_TEXTS,
} as const;
