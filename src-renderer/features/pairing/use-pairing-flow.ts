import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { applyPeer, useApi, useApp, type Pairing } from '../../store/index.ts';
import { isStart, PairingFlow, type PairingApi, type PairingState } from './pairing-flow.ts';

/** Flow of the window's pairing and its current state, as the steps receive them. */
export type PairingControl = Readonly<{ flow: PairingFlow; state: PairingState }>;

/** Stands in until a component connects the flow. */
const DISCONNECTED: PairingApi = { call: () => Promise.reject(new Error('not connected')) };

/**
 * The pairing of the window. The first run begins it in its page, and the dialog continues it, also after the first machine has replaced the first
 * run by the page of machines; so it belongs to neither.
 */
const windowFlow = new PairingFlow(DISCONNECTED, applyPeer, (peerId) => useApp.getState().labels[peerId]);

/** Returns the window's pairing for the page of the first run. Leaving the page withdraws a code; a pairing that runs goes on in the dialog. */
export function usePairingFlow(): PairingControl {
  const control = useConnectedFlow();
  useEffect(
    () => () => {
      if (isStart(windowFlow.state.step) && useApp.getState().pairing === undefined) windowFlow.close();
    },
    [],
  );
  return control;
}

/** Reports whether a pairing begins with the dialog that adds by ID. */
export function isByHand({ mode }: Pairing): boolean {
  return mode === 'by-hand' || mode === 'add' || mode === 'wait' || mode === 'ask-own';
}

/**
 * Returns the window's pairing for the dialog, and passes links and buttons of the window to it.
 * @param wanted the store's `pairing`
 */
export function usePairingOfDialog(wanted: Pairing | undefined): PairingControl {
  const control = useConnectedFlow();
  // Runs before painting: a later effect would undo what a fast typist has entered.
  useLayoutEffect(() => {
    if (wanted === undefined) return;
    const { mode, codeOrLink, machine } = wanted;
    // Adding by ID is offered in the step `choose`.
    const isKnown = mode === 'invite' || mode === 'invite-link' || mode === 'join';
    windowFlow.open(isKnown ? mode : 'choose', codeOrLink, hasRelay(), machine);
  }, [wanted]);
  const wasWanted = useRef(false);
  useEffect(() => {
    if (wasWanted.current && wanted === undefined) windowFlow.close();
    wasWanted.current = wanted !== undefined;
  }, [wanted]);
  useEffect(() => () => windowFlow.close(), []);
  return control;
}

function useConnectedFlow(): PairingControl {
  const api = useApi();
  // The flow continues after a reconnect. Before any other effect, which may call the agent.
  useLayoutEffect(() => windowFlow.connect(api), [api]);
  const state = useSyncExternalStore(subscribe, getState);
  return { flow: windowFlow, state };
}

function subscribe(listener: () => void): () => void {
  return windowFlow.subscribe(listener);
}

function getState(): PairingState {
  return windowFlow.state;
}

/** Reports whether a relay is configured, working or not. Reads the store; true before the agent's status is known. */
export function hasRelay(): boolean {
  const relay = useApp.getState().status?.relay;
  // Unknown before the first status; the agent reports an error if there is none.
  return relay === undefined || relay.url !== null;
}
