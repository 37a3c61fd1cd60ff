import type { ForwardView, GatewayView, RemoteView, SavedCommand, TerminalView } from '#shared/app-api/index.ts';
import {
  useApp,
  type AppState,
  type ChosenMachine,
  type MessagesSubject,
  type OpenClawSubject,
  type Place,
  type Pairing,
  type SavedCommandDialog,
  type Toast,
  type UnpairedMachine,
} from './state.ts';

/** Most toasts shown at a time; the oldest is dropped. */
const MAX_TOASTS = 4;

/** Most commands that the palette remembers until the window is closed. */
const MOST_RECENT = 5;

let lastId = 0;

/** Shows a place: a page, or a machine's page. Like every function of this file, changes only the store, in memory. */
export function navigate(place: Place): void {
  useApp.setState({ place });
}

/** Shows the page OpenClaw with this subject; without one, the list on a narrow window, else its first entry. */
export function showOpenClaw(subject?: OpenClawSubject): void {
  useApp.setState({ place: { page: 'openclaw' }, openClaw: subject });
}

/** Shows the page Messages with this subject; without one, the list on a narrow window, else its first entry. */
export function showMessages(subject?: MessagesSubject): void {
  useApp.setState({ place: { page: 'messages' }, messages: subject });
}

/** Shows a section of the settings, and marks one setting in it; without a section, their list on a narrow window. */
export function showSettingsPlace(section: string | undefined, setting?: string): void {
  lastId += 1;
  useApp.setState({
    place: { page: 'settings' },
    settingsPlace: section === undefined ? undefined : { section, setting, serial: lastId },
  });
}

/** Opens the pairing dialog. A code or link is only filled into the field. */
export function openPairing(mode: Pairing['mode'], codeOrLink: string | null = null): void {
  useApp.setState({ pairing: { mode, codeOrLink }, plainPairing: undefined });
}

/** Shows the page that pairs this browser with a machine of a project. */
export function showUnpaired(unpaired: UnpairedMachine): void {
  useApp.setState({ unpaired, place: { page: 'machines', machine: unpaired.peerId } });
}

/** Takes what the relay has answered about the machine that `showUnpaired` has shown, wherever the person has gone meanwhile. */
export function nameUnpaired(unpaired: UnpairedMachine): void {
  useApp.setState((state) => (state.unpaired?.peerId === unpaired.peerId ? { unpaired } : {}));
}

/** Takes the names that the account has for its machines, and those of other people who own them, by peer ID. */
export function setLabels(names: Pick<AppState, 'labels' | 'owners'>): void {
  useApp.setState(names);
}

/** Takes version and fingerprint of the page in which the window is. */
export function setServedPage(servedPage: AppState['servedPage']): void {
  useApp.setState({ servedPage });
}

/**
 * Opens the pairing dialog for a machine that was paired before. Where the relay lets the keys of this browser in no more, new ones come first.
 * @param name its quoted name
 */
export function openPairingAgain(name: string): void {
  const { renewKeys } = useApp.getState();
  if (renewKeys !== undefined) {
    renewKeys();
    return;
  }
  useApp.setState({ pairing: { mode: 'choose', codeOrLink: null, again: name }, plainPairing: undefined });
}

/** Opens the pairing dialog where the code of this machine is entered. */
export function openPairingWith(machine: ChosenMachine): void {
  useApp.setState({ pairing: { mode: 'join', codeOrLink: null, machine }, plainPairing: undefined });
}

/** Opens the dialog that pairs with a plain relay, in place of the pairing dialog. A code is only filled into the field. */
export function openPlainPairing(code = ''): void {
  useApp.setState({ pairing: undefined, plainPairing: { code } });
}

/** Closes the dialog that pairs with a plain relay. */
export function closePlainPairing(): void {
  useApp.setState({ plainPairing: undefined });
}

/** Closes the pairing dialog. */
export function closePairing(): void {
  useApp.setState({ pairing: undefined });
}

/** Opens or closes the question whether to quit the application. */
export function askToQuit(isQuitAsked: boolean): void {
  useApp.setState({ isQuitAsked });
}

/** Remembers that another machine has reached the relay of this machine at this URL. */
export function rememberTestedRelay(url: string, name: string): void {
  useApp.setState({ testedRelay: { url, name } });
}

/** Opens a dialog about a saved command. */
export function openSavedCommand(savedCommandDialog: SavedCommandDialog): void {
  useApp.setState({ savedCommandDialog });
}

/** Closes the dialog about a saved command. */
export function closeSavedCommand(): void {
  useApp.setState({ savedCommandDialog: undefined });
}

/** Takes the saved commands as the agent has listed them. */
export function applySavedCommands(savedCommands: readonly SavedCommand[]): void {
  useApp.setState({ savedCommands });
}

/** Opens the palette of commands, or the list of keys. */
export function openPalette(palette: 'commands' | 'keys'): void {
  useApp.setState({ palette });
}

/** Remembers that the palette ran this command. */
export function rememberCommand(command: string): void {
  useApp.setState(({ recentCommands }) => ({
    recentCommands: [command, ...recentCommands.filter((id) => id !== command)].slice(0, MOST_RECENT),
  }));
}

/** Closes the palette or the list of keys. */
export function closePalette(): void {
  useApp.setState({ palette: undefined });
}

/**
 * Shows the terminals page, which then opens a new terminal on this peer, or one that runs there. While the pairing words of the peer are not compared,
 * asks for that first. A peer that has removed this machine gets its page shown instead.
 */
export function requestTerminal(peerId: string, running?: Readonly<{ terminal: string; title: string }>): void {
  if (running !== undefined || !comparesFirst(peerId, 'terminal')) showTerminal(peerId, running);
}

/** As `requestTerminal`, but the terminals page opens a new one only if the window has none that runs on this peer. */
export function requestAnyTerminal(peerId: string): void {
  if (comparesFirst(peerId, 'terminal')) return;
  lastId += 1;
  useApp.setState({ place: { page: 'terminals' }, requestedTerminal: { peerId, isAny: true, serial: lastId } });
}

/** Remembers the list of a machine's terminals that a person there has approved, as of now; undefined forgets it. */
export function rememberApprovedList(peerId: string, views: readonly TerminalView[] | undefined): void {
  useApp.setState(({ approvedLists: { [peerId]: _before, ...others } }) => ({
    approvedLists: views === undefined ? others : { ...others, [peerId]: { views, at: Date.now() } },
  }));
}

/** Closes the comparison that was asked for, and goes on with what waits for it once the person has confirmed the words. */
export function closeComparison(isConfirmed: boolean): void {
  const { requestedComparison: asked } = useApp.getState();
  useApp.setState({ requestedComparison: undefined });
  if (asked === undefined || !isConfirmed) return;
  if (asked.next === 'terminal') showTerminal(asked.peerId);
  else if (asked.next === 'forward') showForward(asked.peerId);
}

/**
 * Asks for the comparison of words that no one has confirmed: until then the peer may be another machine. Shows the page of a peer that has removed
 * this machine, which offers to pair again. @returns true if it does either
 */
function comparesFirst(peerId: string, next: 'terminal' | 'forward' | 'files'): boolean {
  const peer = useApp.getState().peers.find((known) => known.peerId === peerId);
  if (peer?.forgottenAt !== undefined) {
    useApp.setState({ place: { page: 'machines', machine: peerId } });
    return true;
  }
  if (peer?.pairing?.compared !== false) return false;
  useApp.setState({ requestedComparison: { peerId, next } });
  return true;
}

/** Asks for the comparison of words before files are sent to a peer, or shows the page of one that has removed this machine. @returns true if it does either */
export function comparesBeforeSending(peerId: string): boolean {
  return comparesFirst(peerId, 'files');
}

function showTerminal(peerId: string, running?: Readonly<{ terminal: string; title: string }>): void {
  lastId += 1;
  useApp.setState({ place: { page: 'terminals' }, requestedTerminal: { peerId, running, serial: lastId } });
}

/** Shows the terminals page, which then opens a new terminal on the machine of this gateway. */
export function requestGatewayTerminal(gatewayId: string): void {
  lastId += 1;
  useApp.setState({ place: { page: 'terminals' }, requestedTerminal: { gatewayId, serial: lastId } });
}

/** Shows the terminals page, which then watches this shared terminal of a peer. */
export function requestShared(peerId: string, terminal: string): void {
  lastId += 1;
  useApp.setState({ place: { page: 'terminals' }, requestedShared: { peerId, terminal, serial: lastId } });
}

/** Shows the forwards of a machine, where a new one begins with its goal. Asks for the comparison of its words first. */
export function requestForward(peerId: string): void {
  if (!comparesFirst(peerId, 'forward')) showForward(peerId);
}

function showForward(peerId: string): void {
  navigate({ page: 'machines', machine: peerId, tab: 'forwards' });
}

/** Shows a toast: a short message in a corner of the window. It takes the place of one of its subject, and counts both. @returns its ID, for `dismissToast` */
export function notify(toast: Omit<Toast, 'id' | 'count'>): number {
  lastId += 1;
  const id = lastId;
  const { repeated } = toast;
  useApp.setState(({ toasts }) => {
    const before = toasts.find((other) => repeated !== undefined && other.repeated?.subject === repeated.subject);
    const shown: Toast =
      repeated === undefined || before === undefined
        ? { ...toast, id }
        : { ...toast, id, count: (before.count ?? 1) + 1, text: repeated.text((before.count ?? 1) + 1) };
    return { toasts: [...toasts.filter((other) => other !== before), shown].slice(-MAX_TOASTS) };
  });
  return id;
}

/** Removes a toast. */
export function dismissToast(id: number): void {
  useApp.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Stores a forward from an answer of the agent, before the event `forwards.changed` arrives. */
export function applyForward(forward: ForwardView): void {
  useApp.setState(({ forwards }) => ({
    forwards: forwards.some(({ id }) => id === forward.id)
      ? forwards.map((before) => (before.id === forward.id ? forward : before))
      : [...forwards, forward],
  }));
}

/** Removes a forward from the store. The agent has removed it already. */
export function removeForward(removed: string): void {
  useApp.setState(({ forwards }) => ({ forwards: forwards.filter(({ id }) => id !== removed) }));
}

/** Stores a gateway from an answer of the agent, before the event `gateways.changed` arrives. */
export function applyGateway(gateway: GatewayView): void {
  useApp.setState(({ gateways }) => ({
    gateways: gateways.some(({ id }) => id === gateway.id)
      ? gateways.map((before) => (before.id === gateway.id ? gateway : before))
      : [...gateways, gateway],
  }));
}

/** Removes a gateway from the store. The agent has removed it already. */
export function removeGateway(removed: string): void {
  useApp.setState(({ gateways }) => ({ gateways: gateways.filter(({ id }) => id !== removed) }));
}

/** Stores a saved OpenClaw from an answer of the agent, before the event `remotes.changed` arrives. */
export function applyRemote(remote: RemoteView): void {
  useApp.setState(({ remotes }) => ({
    remotes: remotes.some(({ id }) => id === remote.id)
      ? remotes.map((before) => (before.id === remote.id ? remote : before))
      : [...remotes, remote],
  }));
}

/** Removes a saved OpenClaw from the store. The agent has removed it already. */
export function removeRemote(removed: string): void {
  useApp.setState(({ remotes }) => ({ remotes: remotes.filter(({ id }) => id !== removed) }));
}

/** Leaves the first run without pairing; the page of machines is shown in place of it until the next start. */
export function skipFirstRun(): void {
  useApp.setState({ firstRunSkipped: true });
}

/** Hides the banner about the minimised window. */
export function dismissMinimised(): void {
  useApp.setState({ minimised: false });
}
