import { useEffect, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { App } from '../../app/index.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';
import {
  nameUnpaired,
  navigate,
  requestAnyTerminal,
  requestTerminal,
  setLabels,
  showUnpaired,
  useApp,
  type UnpairedMachine,
} from '../../store/index.ts';
import { useWindowWidth } from '../../ui/index.ts';
import { shortDeviceId } from '../devices/index.ts';
import { goTo, useRoute } from '../router/index.ts';
import { lendTheme } from '../theme/index.ts';
import { beginVisit, endVisit, holdsFiles } from '../machine-agent/index.ts';
import { RequestNotices, takeClickedRequest } from '../notices/watch/index.ts';
import type { MachineNames } from './find-machine.ts';
import { ServedPage } from './served-page.tsx';
import styles from './machine.module.css';

/** Knowledge of the relay about machines of an account's projects. */
export type MachineDirectory = Readonly<{
  /** Returns what the page knows already about a machine that this browser isn't paired with. */
  known(device: string): UnpairedMachine | undefined;
  /** Finds a machine that this browser isn't paired with. */
  find(device: string): Promise<UnpairedMachine>;
  /** Lists the names that the account has for its machines, and those of other people who own them, by peer ID. */
  labels(): Promise<MachineNames>;
}>;

export type MachineWindowProps = Readonly<{
  /** Owner of the keys of this browser: an account, or `NO_ACCOUNT`. */
  owner: string;
  /** Link that leads out of the window. */
  back: ReactElement;
  /** Notice above the window. */
  notice?: ReactNode;
  /** Undefined at a relay without accounts. */
  directory?: MachineDirectory | undefined;
  /** Connects to the agent of this browser. The first one counts. */
  connect(): Promise<AppApiClient>;
}>;

/**
 * The window's machines, terminals, history and settings over the agent of this browser, in a page of the relay. The address names the terminal, so that it can be
 * opened again.
 */
export function MachineWindow({ owner, back, notice, directory, connect: open }: MachineWindowProps): ReactElement {
  const [connect] = useState(() => () => {
    beginVisit(owner);
    return open();
  });
  // On a phone the terminal's own header leads to the machines, and they lead on.
  const isTerminal = useApp(({ place }) => place.page === 'terminals');
  const hasBack = useWindowWidth() !== 'narrow' || !isTerminal;
  // The window has set the theme of its settings.
  useEffect(lendTheme, []);
  useEffect(() => endVisit, []);
  useEffect(askBeforeLosingFiles, []);
  return (
    <div className={styles['page']}>
      {hasBack && back}
      {notice}
      <div className={styles['window']}>
        <App connect={connect}>
          <FollowAddress directory={directory} />
          <RequestNotices onShow={showRequest} />
          <ServedPage />
        </App>
      </div>
    </div>
  );
}

/** Has the browser ask before the page is closed or loaded again while it holds files of transfers. @returns a function that ends it */
function askBeforeLosingFiles(): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (holdsFiles()) event.preventDefault();
  };
  globalThis.addEventListener('beforeunload', ask);
  return () => globalThis.removeEventListener('beforeunload', ask);
}

function showRequest(request: number | string): void {
  navigate({ page: 'inbox', request });
}

/** Reads the account's names of its machines. Without an answer, machines go by the names that they give themselves. */
function takeLabels(directory: MachineDirectory): void {
  void directory.labels().then(setLabels, () => undefined);
}

/** Opens what the address names, once, and names in the address the terminal that is in front. */
function FollowAddress({ directory }: Pick<MachineWindowProps, 'directory'>): null {
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : undefined;
  const session = route.page === 'terminal' ? route.session : undefined;
  const isReady = useApp(({ connection }) => connection === 'ready');
  const isKnown = useApp(({ peers }) => peers.some(({ peerId }) => peerId === device));
  const front = useApp(({ place, openTerminals }) => {
    const inFront = openTerminals.filter(
      ({ peerId, terminal, isEnded, isInFront }) =>
        // The address of all machines names none until a person has opened a terminal of one.
        (device === undefined || session !== undefined ? place.page === 'terminals' : peerId === device) &&
        terminal !== undefined &&
        isInFront === true &&
        isEnded !== true,
    );
    // Of a split tab, the pane that takes what is typed: the address brings it back after the page is loaded again.
    return inFront.find(({ isFocused }) => isFocused === true) ?? inFront[0];
  });
  const opened = front?.terminal;
  const openedAt = front?.peerId;
  const done = useRef<string>(undefined);
  /** Terminal of the address that was in front since: until then, another one of this tab is. */
  const shown = useRef<string>(undefined);
  // Before painting: a person could begin to type into another page, which goes.
  useLayoutEffect(() => {
    // Back leads from one terminal to another one, too.
    const place = `${device} ${session}`;
    if (!isReady || done.current === place) return;
    done.current = place;
    if (device === undefined) {
      navigate({ page: 'machines' });
      return;
    }
    // The address of this browser itself leads to its machines, or to the request whose notification was clicked on another page.
    if (device === useApp.getState().status?.device.peerId) {
      const request = takeClickedRequest();
      navigate(request === undefined ? { page: 'machines' } : { page: 'inbox', request });
      return;
    }
    if (!isKnown) {
      // The page is there at once: what a person begins to do on it must outlast the answer.
      const unknown = { peerId: device, name: shortDeviceId(device) };
      // A person who comes from its row has read its name there.
      showUnpaired(directory?.known(device) ?? { ...unknown, isSearched: true });
      if (directory === undefined) return;
      // It may have been linked since they were read.
      takeLabels(directory);
      void directory.find(device).then(nameUnpaired, () => nameUnpaired(unknown));
      return;
    }
    if (session === undefined) {
      requestAnyTerminal(device);
      return;
    }
    const named = useApp
      .getState()
      .openTerminals.find(({ terminal }) => terminal !== undefined && terminal === session);
    if (named === undefined) requestTerminal(device, { terminal: session, title: '' });
    // In a split tab in front, the pane that was used last keeps the focus.
    else if (named.isInFront === true) navigate({ page: 'terminals' });
    else named.show();
  }, [directory, isReady, isKnown, device, session]);
  useEffect(() => {
    if (isReady && directory !== undefined) takeLabels(directory);
  }, [directory, isReady]);
  useEffect(() => {
    // What was open before is named only once the address was followed, which shows it.
    const isFollowed = done.current === `${device} ${session}`;
    if (!isReady || openedAt === undefined || opened === undefined || !isFollowed) return;
    if (opened === session) {
      shown.current = opened;
      return;
    }
    if (session !== undefined && shown.current !== session) return;
    done.current = `${openedAt} ${opened}`;
    goTo({ page: 'terminal', device: openedAt, session: opened }, { replace: true });
  }, [isReady, device, session, opened, openedAt]);
  return null;
}
