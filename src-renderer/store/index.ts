export { forwardsOn, machineOfForward } from './forwards-on.ts';
export {
  applyForward,
  applyGateway,
  applyRemote,
  applySavedCommands,
  closeComparison,
  comparesBeforeSending,
  closePairing,
  closePalette,
  closePlainPairing,
  closeSavedCommand,
  dismissMinimised,
  dismissToast,
  navigate,
  notify,
  askToQuit,
  openPairing,
  openPairingAgain,
  openPairingWith,
  openPalette,
  openPlainPairing,
  openSavedCommand,
  nameUnpaired,
  setLabels,
  setServedPage,
  showUnpaired,
  rememberApprovedList,
  rememberCommand,
  rememberTestedRelay,
  removeForward,
  removeGateway,
  removeRemote,
  requestForward,
  requestGatewayTerminal,
  requestShared,
  requestAnyTerminal,
  requestTerminal,
  skipFirstRun,
  showMessages,
  showOpenClaw,
  showSettingsPlace,
} from './actions.ts';
export { ApiProvider, useApi } from './connection/api-context.ts';
export { connectApi } from './connection/connect.ts';
export { download, saveBlob } from './files/download.ts';
export { keepFiles, setFileKeeper, takeDropped, type DroppedFile } from './files/file-keeper.ts';
export { ReconnectingClient, type ReconnectOptions } from './connection/reconnecting-client.ts';
export { useSaveText, type SaveText, type TextFile } from './files/use-save-text.ts';
export {
  countMessages,
  countTransfers,
  countWaiting,
  INITIAL_STATE,
  MACHINE_TABS,
  PAGES,
  useApp,
  type AppState,
  type ConversationKey,
  type MessagesSubject,
  type OpenClawSubject,
  type OpenTerminal,
  type SavedCommandDialog,
  type Toast,
  type MachineTab,
  type HistoryTab,
  type Page,
  type Place,
  type ChosenMachine,
  type Pairing,
  type UnpairedMachine,
} from './state.ts';
export {
  isBrowserMachine,
  hasPage,
  isWithout,
  machineTabsHere,
  pagesHere,
  useIsBrowserMachine,
  useIsWithout,
  usePagesHere,
} from './pages-here.ts';
export { MOST_ROUND_TRIPS } from './round-trips.ts';
export { applyPeer, applyPeers, applyRoundTrip, applyStatus } from './apply-answers.ts';
export { openLink } from './open-link.ts';
export { visibleRelayProblem, useRelayProblem } from './relay-problem.ts';
export { markUsed, showMachineOrder } from './machine-uses.ts';
export {
  countKeptTerminals,
  forgetKeptTerminals,
  hasKeptTerminals,
  LEFT_KEY,
  PLACE_KEYS,
  TABS_KEY,
} from './kept-terminals.ts';
export { noteUsedHere } from './used-here.ts';
export { isInUse, machineNotice, pageNotice, updateNews } from './page-notice.ts';
export { keepPlace } from './saved-place.ts';
export { startStore } from './start-store.ts';
export { useCall, type CallState } from './calls/use-call.ts';
export { usePolling } from './calls/use-polling.ts';
export { useIsPaused } from './use-is-paused.ts';
