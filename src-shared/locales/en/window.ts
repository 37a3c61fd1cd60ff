import requestedActions from './requested-actions.json' with { type: 'json' };
import access from './access.json' with { type: 'json' };
import app from './app.json' with { type: 'json' };
import approvals from './approvals.json' with { type: 'json' };
import diagnostics from './diagnostics.json' with { type: 'json' };
import discovery from './discovery.json' with { type: 'json' };
import firstRun from './first-run.json' with { type: 'json' };
import folders from './folders.json' with { type: 'json' };
import forwards from './forwards.json' with { type: 'json' };
import gateways from './gateways.json' with { type: 'json' };
import historyGateways from './history-gateways.json' with { type: 'json' };
import history from './history.json' with { type: 'json' };
import inbox from './inbox.json' with { type: 'json' };
import keys from './keys.json' with { type: 'json' };
import machines from './machines.json' with { type: 'json' };
import node from './node.json' with { type: 'json' };
import pairing from './pairing.json' with { type: 'json' };
import palette from './palette.json' with { type: 'json' };
import peerFacts from './peer-facts.json' with { type: 'json' };
import peers from './peers.json' with { type: 'json' };
import plainRelays from './plain-relays.json' with { type: 'json' };
import proxy from './proxy.json' with { type: 'json' };
import messages from './messages.json' with { type: 'json' };
import openclaw from './openclaw.json' with { type: 'json' };
import relayServers from './relay-servers.json' with { type: 'json' };
import requests from './requests.json' with { type: 'json' };
import savedCommands from './saved-commands.json' with { type: 'json' };
import settings from './settings.json' with { type: 'json' };
import sharing from './sharing.json' with { type: 'json' };
import targets from './targets.json' with { type: 'json' };
import terminals from './terminals.json' with { type: 'json' };
import transfers from './transfers.json' with { type: 'json' };
import broadcastInput from './broadcast-input.json' with { type: 'json' };
import page from './page.json' with { type: 'json' };
import ui from './ui.json' with { type: 'json' };
import updates from './updates.json' with { type: 'json' };
import { englishErrors } from './errors.ts';

/** Texts of the window in English, one file per area. A function, so that a bundle that doesn't call it leaves them out. */
export function englishWindow() {
  return {
    texts: {
      ...requestedActions,
      ...access,
      ...app,
      ...approvals,
      ...diagnostics,
      ...discovery,
      ...firstRun,
      ...folders,
      ...forwards,
      ...gateways,
      ...historyGateways,
      ...history,
      ...inbox,
      ...keys,
      ...machines,
      ...node,
      ...pairing,
      ...palette,
      ...peerFacts,
      ...peers,
      ...plainRelays,
      ...proxy,
      ...messages,
      ...openclaw,
      ...relayServers,
      ...requests,
      ...savedCommands,
      ...settings,
      ...sharing,
      ...targets,
      ...terminals,
      ...transfers,
      ...broadcastInput,
      ...page,
      ...ui,
      ...updates,
    },
    errors: englishErrors(),
  };
}
