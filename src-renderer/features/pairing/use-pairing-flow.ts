import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { useApi, useApp, type Pairing } from '../../store/index.ts';
import { PairingFlow, type PairingState } from './pairing-flow.ts';

export type PairingControl = Readonly<{ flow: PairingFlow; state: PairingState }>;

/** One flow as long as the dialog is there; what a link or button of the window wants is handed to it. */
export function usePairingFlow(wanted: Pairing): PairingControl {
  const api = useApi();
  const [flow] = useState(() => new PairingFlow(api));
  // A flow outlives a reconnect.
  useEffect(() => flow.connect(api), [flow, api]);
  const state = useSyncExternalStore(
    (listener) => flow.subscribe(listener),
    () => flow.state,
  );
  // Before anybody can type: an effect after painting would take back what a hurried person has typed by then.
  useLayoutEffect(() => {
    // Where adding by hand is chosen, too.
    flow.open(wanted.mode === 'by-hand' ? 'choose' : wanted.mode, wanted.codeOrLink, hasRelay());
  }, [flow, wanted]);
  useEffect(() => () => flow.close(), [flow]);
  return { flow, state };
}

/** Whether some relay is set up, working or not. */
export function hasRelay(): boolean {
  const relay = useApp.getState().status?.relay;
  // Before the first status nobody knows: the agent will say.
  return relay === undefined || relay.url !== null;
}
