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
export { ApiProvider, useApi } from './connection/api-context.ts';
export { connectApi } from './connection/connect.ts';
export { download } from './files/download.ts';
export { KeptConnection, type ReconnectOptions } from './connection/reconnecting-client.ts';
export { useKeepText, type KeepText, type TextFile } from './files/use-save-text.ts';
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
export { applyPeer, applyPeers, applyRoundTrip, applyStatus } from './apply-answers.ts';
export { openLink } from './open-link.ts';
export { relayProblemToTell, useRelayProblem } from './relay-problem.ts';
export { startStore } from './start-store.ts';
export { useCall, type CallState } from './calls/use-call.ts';
export { useIsPaused } from './use-is-paused.ts';
