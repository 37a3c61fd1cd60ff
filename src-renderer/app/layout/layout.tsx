import { useEffect, useRef, type FocusEvent, type ReactElement } from 'react';
import { PairingDialog, type PairingDialogProps } from '../../features/pairing/index.ts';
import { PresetChoice } from '../../features/peers/index.ts';
import { PlainRelayDialog } from '../../features/plain-relays/index.ts';
import { GuestCards } from '../../features/guests/index.ts';
import { RequestNotice } from '../../features/inbox/index.ts';
import { Palette } from '../../features/palette/index.ts';
import { SavedCommandDialogs } from '../../features/saved-commands/index.ts';
import { QuitDialog } from '../../features/settings/index.ts';
import { text } from '../../locale/index.ts';
import { countWaiting, useApp } from '../../store/index.ts';
import {
  classes,
  ErrorRemedyContext,
  ModalNoticeContext,
  quoteUntrusted,
  useWindowWidth,
  type ModalNoticeFunction,
} from '../../ui/index.ts';
import { PageNotice, type PageNoticeProps } from '../banners/page-notice.tsx';
import { Comparison } from '../comparison.tsx';
import { errorRemedy } from '../error-remedy.tsx';
import { useKeyboard } from '../keyboard.ts';
import { useTrayTerminals } from '../use-tray-terminals.ts';
import { useUsedHere } from '../use-used-here.ts';
import styles from './layout.module.css';
import { Toasts } from '../banners/toasts.tsx';
import { Dock } from './dock.tsx';
import { Pages } from './pages.tsx';
import { REGION } from './regions.ts';
import { SideBar } from './side-bar.tsx';

/**
 * Layout of the window: side bar or dock, the chosen place with its notice, and toasts; above them the pairing dialog and the palette. Also handles
 * shortcuts and sets the window's title.
 */
export function AppLayout({ problem, onRetry }: PageNoticeProps): ReactElement {
  useKeyboard();
  useTitle();
  useTrayTerminals();
  useUsedHere();
  const width = useWindowWidth();
  // A terminal fills a narrow window; its header leads back.
  const isTerminal = useApp(({ place, hasTerminal }) => place.page === 'terminals' && hasTerminal);
  const quiet = useQuietClicks();
  const hasSideBar = width === 'full' || width === 'wide';
  return (
    <ErrorRemedyContext value={errorRemedy}>
      <ModalNoticeContext value={modalNotice}>
        <div className={classes(styles['layout'], styles[width])}>
          <a
            className={styles['skip']}
            href="#content"
            onClick={(event) => {
              // The URL's fragment is reserved, so the link focuses the content itself.
              event.preventDefault();
              document.getElementById('content')?.focus();
            }}
          >
            {text('app.skip')}
          </a>
          {width !== 'narrow' && <SideBar />}
          <main id="content" className={styles['main']} tabIndex={-1} {...REGION} {...quiet}>
            <PageNotice problem={problem} onRetry={onRetry} />
            <div className={styles['body']}>
              <Pages />
            </div>
          </main>
          {!hasSideBar && <Toasts place={isTerminal ? 'terminal' : 'page'} />}
          {width === 'narrow' && !isTerminal && <Dock />}
          <PairingDialog renderPreset={renderPreset} />
          <PlainRelayDialog />
          <QuitDialog />
          <Comparison />
          <SavedCommandDialogs />
          <Palette />
          <GuestCards />
        </div>
      </ModalNoticeContext>
    </ErrorRemedyContext>
  );
}

const renderPreset: PairingDialogProps['renderPreset'] = (peer) => <PresetChoice peer={peer} />;

const modalNotice: ModalNoticeFunction = (close) => <RequestNotice onLeave={close} />;

function useTitle(): void {
  const page = useApp((state) => state.place.page);
  const machine = useApp(({ place, peers }) =>
    place.page === 'machines' ? peers.find(({ peerId }) => peerId === place.machine)?.name : undefined,
  );
  const count = useApp(countWaiting);
  useEffect(() => {
    const name = machine === undefined ? text(`app.page.${page}`) : quoteUntrusted(machine);
    document.title = count === 0 ? text('app.title', { page: name }) : text('app.title.waiting', { page: name, count });
  }, [page, machine, count]);
}

/**
 * Returns handlers that mark the page while it has the focus from a click on its empty space, since a browser would draw a ring around all of it at the
 * next key. The focus that the person has moved to the page by F6 keeps its ring.
 */
function useQuietClicks() {
  const isPointing = useRef(false);
  return {
    onPointerDown: () => {
      isPointing.current = true;
    },
    onPointerUp: () => {
      isPointing.current = false;
    },
    onFocus: ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
      if (target === currentTarget) currentTarget.toggleAttribute('data-quiet', isPointing.current);
    },
  };
}
