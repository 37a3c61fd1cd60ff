export {
  applyForward,
  applyGateway,
  applyRemote,
  closePairing,
  closePalette,
  dismissMinimised,
  dismissNotice,
  navigate,
  notify,
  openPairing,
  openPalette,
  removeForward,
  removeGateway,
  removeRemote,
  requestGatewayTerminal,
  requestShared,
  requestTerminal,
  skipFirstRun,
} from './actions.ts';
export { ApiProvider, useApi } from './api-context.ts';
export { connectApi } from './connect.ts';
export { download } from './download.ts';
export { KeptConnection, type ReconnectOptions } from './keep-connected.ts';
export { useKeepText, type KeepText, type TextFile } from './keep-text.ts';
export {
  countWaiting,
  INITIAL_STATE,
  PAGES,
  useApp,
  type AppState,
  type Toast,
  type Page,
  type Pairing,
} from './state.ts';
export { MOST_ROUND_TRIPS } from './round-trips.ts';
export { applyPeer, applyPeers, applyRoundTrip, applyStatus } from './measured.ts';
export { openLink } from './open-link.ts';
export { relayProblemToTell, useRelayProblem } from './relay-problem.ts';
export { startStore } from './start.ts';
export { useCall, type CallState } from './use-call.ts';
