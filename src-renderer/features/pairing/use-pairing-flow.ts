import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { useApi, useApp, type Pairing } from '../../store/index.ts';
import { PairingFlow, type PairingState } from './pairing-flow.ts';

/** Flow of the open dialog and its current state, as the steps receive them. */
export type PairingControl = Readonly<{ flow: PairingFlow; state: PairingState }>;

/**
 * Creates the flow of the open pairing dialog, passes links and buttons of the window to it, and closes it with the dialog.
 * @param wanted the store's `pairing`
 */
export function usePairingFlow(wanted: Pairing): PairingControl {
  const api = useApi();
  const [flow] = useState(() => new PairingFlow(api));
  // The flow continues after a reconnect.
  useEffect(() => flow.connect(api), [flow, api]);
  const state = useSyncExternalStore(
    (listener) => flow.subscribe(listener),
    () => flow.state,
  );
  // Runs before painting: a later effect would undo what a fast typist has entered.
  useLayoutEffect(() => {
    // Adding by ID is offered in the step `choose`.
    flow.open(wanted.mode === 'by-hand' ? 'choose' : wanted.mode, wanted.codeOrLink, hasRelay());
  }, [flow, wanted]);
  useEffect(() => () => flow.close(), [flow]);
  return { flow, state };
}

/** Reports whether a relay is configured, working or not. Reads the store; true before the agent's status is known. */
export function hasRelay(): boolean {
  const relay = useApp.getState().status?.relay;
  // Unknown before the first status; the agent reports an error if there is none.
  return relay === undefined || relay.url !== null;
}
