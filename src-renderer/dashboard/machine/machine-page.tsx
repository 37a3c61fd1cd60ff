import { LayoutGrid } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { App } from '../../app/index.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  INITIAL_STATE,
  nameUnpaired,
  navigate,
  requestAnyTerminal,
  setLabels,
  requestTerminal,
  showUnpaired,
  useApp,
} from '../../store/index.ts';
import { useAccount, useDashboard, useStepUp, wantsStepUp } from '../api/index.ts';
import { shortDeviceId } from '../devices/index.ts';
import { applyTheme } from '../theme/index.ts';
import { goTo, Link, useRoute } from '../router/index.ts';
import { useWindowWidth } from '../../ui/index.ts';
import { connectMachine } from '../machine-agent/index.ts';
import { ownKey } from '../kept-keys/index.ts';
import { findMachine, readLabels } from './find-machine.ts';
import { LostProjects } from './lost-projects.tsx';
import { RequestNotices } from './request-notices.tsx';
import styles from './machine.module.css';

/** Facts about the window while it is shown. The next visit begins without them: they are of screens and a connection that have gone. */
const OF_VISIT = {
  connection: INITIAL_STATE.connection,
  openTerminals: INITIAL_STATE.openTerminals,
  hasTerminal: INITIAL_STATE.hasTerminal,
  requestedTerminal: undefined,
  requestedShared: undefined,
  pageCommands: undefined,
};

/** Account whose machines the window has shown last, and the key of this browser there. */
let shown: string | undefined;

/**
 * Page `/terminal/DEVICE` and `/terminal/DEVICE/SESSION`: this browser as a machine of its own, with the window's machines, terminals, history and
 * settings over the agent in a worker. The address names the terminal, so that it can be opened again.
 */
export function MachinePage(): ReactElement {
  const { client } = useDashboard();
  const stepUp = useStepUp();
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : '';
  const account = useAccount().id;
  const [connect] = useState(() => () => {
    // Names, titles and requests of one person are not for the next.
    const visitor = `${account} ${ownKey(account)}`;
    if (shown !== visitor) useApp.setState(INITIAL_STATE, true);
    shown = visitor;
    return connectMachine({ client, device, stepUp }).catch((error: unknown) => {
      // The person doesn't confirm that it's them, and isn't asked again until they come back.
      if (wantsStepUp(error)) goTo({ page: 'devices' });
      throw error;
    });
  });
  // On a phone the terminal's own header leads to the machines, and they lead on.
  const isTerminal = useApp(({ place }) => place.page === 'terminals');
  const hasBack = useWindowWidth() !== 'narrow' || !isTerminal;
  // The window has set the theme of its settings.
  useEffect(() => applyTheme, []);
  useEffect(() => () => useApp.setState(OF_VISIT), []);
  return (
    <div className={styles['page']}>
      {hasBack && (
        <Link to={{ page: 'devices' }} className={styles['back']}>
          {/* The arrow is the window's own, which goes back in it. */}
          <LayoutGrid aria-hidden="true" />
          {text('machine.back')}
        </Link>
      )}
      <LostProjects />
      <div className={styles['window']}>
        <App connect={connect}>
          <FollowAddress />
          <RequestNotices />
        </App>
      </div>
    </div>
  );
}

/** Reads the account's names of its machines. Without an answer, machines go by the names that they give themselves. */
function takeLabels(client: PlatformClient): void {
  void readLabels(client).then(setLabels, () => undefined);
}

/** Opens what the address names, once, and names in the address what was opened. */
function FollowAddress(): null {
  const { client } = useDashboard();
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : undefined;
  const session = route.page === 'terminal' ? route.session : undefined;
  const isReady = useApp(({ connection }) => connection === 'ready');
  const isKnown = useApp(({ peers }) => peers.some(({ peerId }) => peerId === device));
  const opened = useApp(({ openTerminals }) =>
    openTerminals.find(
      ({ peerId, terminal, isEnded, isInFront }) =>
        peerId === device && terminal !== undefined && isInFront === true && isEnded !== true,
    ),
  )?.terminal;
  const done = useRef<string>(undefined);
  useEffect(() => {
    // Back leads from one terminal to another one, too.
    const place = `${device} ${session}`;
    if (!isReady || device === undefined || done.current === place) return;
    done.current = place;
    // The address of this browser itself leads to its machines.
    if (device === useApp.getState().status?.device.peerId) {
      navigate({ page: 'machines' });
      return;
    }
    if (!isKnown) {
      // The page is there at once: what a person begins to do on it must outlast the answer.
      const unknown = { peerId: device, name: shortDeviceId(device) };
      showUnpaired({ ...unknown, isSearched: true });
      // It may have been linked since they were read.
      takeLabels(client);
      void findMachine(client, device).then(nameUnpaired, () => nameUnpaired(unknown));
      return;
    }
    if (session === undefined) {
      requestAnyTerminal(device);
      return;
    }
    const shown = useApp
      .getState()
      .openTerminals.find(({ terminal }) => terminal !== undefined && terminal === session);
    if (shown === undefined) requestTerminal(device, { terminal: session, title: '' });
    else shown.show();
  }, [client, isReady, isKnown, device, session]);
  useEffect(() => {
    if (isReady) takeLabels(client);
  }, [client, isReady]);
  useEffect(() => {
    // What was open before is named only once the address was followed, which shows it.
    const isFollowed = done.current === `${device} ${session}`;
    if (!isReady || device === undefined || session !== undefined || opened === undefined || !isFollowed) return;
    done.current = `${device} ${opened}`;
    goTo({ page: 'terminal', device, session: opened }, { replace: true });
  }, [isReady, device, session, opened]);
  return null;
}
