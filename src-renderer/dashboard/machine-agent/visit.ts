import { INITIAL_STATE, useApp } from '../../store/index.ts';
import { ownKey } from '../kept-keys/index.ts';

/** Facts of one connection and its screens. The next visit begins without them. */
const OF_VISIT = {
  connection: INITIAL_STATE.connection,
  openTerminals: INITIAL_STATE.openTerminals,
  hasTerminal: INITIAL_STATE.hasTerminal,
  requestedTerminal: undefined,
  requestedShared: undefined,
  pageCommands: undefined,
};

/** Account whose machines the store has held last, and the key of this browser there. */
let shown: string | undefined;

/** Prepares the store for the machines of an account: names, titles and requests of one person are not for the next. */
export function beginVisit(account: string): void {
  const visitor = `${account} ${ownKey(account)}`;
  if (shown !== visitor) useApp.setState(INITIAL_STATE, true);
  shown = visitor;
}

/** Forgets what the store holds of a device that this browser no longer is: its end is not that of the next one. Called while no window is shown. */
export function forgetVisit(): void {
  shown = undefined;
  useApp.setState(INITIAL_STATE, true);
}

/** Removes from the store what belongs to a connection that has gone. */
export function endVisit(): void {
  useApp.setState(OF_VISIT);
}
