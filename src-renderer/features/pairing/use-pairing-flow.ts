import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { useApi, useApp, type Pairing } from '../../store/index.ts';
import { PairingFlow, type PairingState } from './pairing-flow.ts';

export type PairingControl = Readonly<{ flow: PairingFlow; state: PairingState }>;

/** Keeps one flow while the dialog is open and passes links and buttons of the window to it. */
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

/** Reports whether a relay is configured, working or not. */
export function hasRelay(): boolean {
  const relay = useApp.getState().status?.relay;
  // Unknown before the first status; the agent reports an error if there is none.
  return relay === undefined || relay.url !== null;
}
