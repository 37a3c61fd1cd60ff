import { useEffect, type ReactElement, type ReactNode } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { PairingDialog } from '../../features/pairing/index.ts';
import { PresetChoice } from '../../features/peers/index.ts';
import { PlainRelayDialog } from '../../features/plain-relays/index.ts';
import { Palette } from '../../features/palette/index.ts';
import { text } from '../../locale/index.ts';
import { countWaiting, useApp } from '../../store/index.ts';
import { ErrorRemedyContext } from '../../ui/index.ts';
import { Banners, type BannersProps } from '../banners/banners.tsx';
import { errorRemedy } from '../error-remedy.tsx';
import { useKeyboard } from '../keyboard.ts';
import styles from './layout.module.css';
import { Toasts } from '../banners/toasts.tsx';
import { Pages } from './pages.tsx';
import { REGION } from './regions.ts';
import { SideBar } from './side-bar.tsx';

/**
 * Layout of the window: side bar, banners, the chosen page, and above them the pairing dialog, the palette and toasts. Also handles shortcuts and
 * sets the window's title.
 */
export function AppLayout({ problem, onRetry }: BannersProps): ReactElement {
  useKeyboard();
  useTitle();
  return (
    <ErrorRemedyContext value={errorRemedy}>
      <div className={styles['layout']}>
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
        <SideBar />
        <div className={styles['area']}>
          <Banners problem={problem} onRetry={onRetry} />
          <main id="content" className={styles['main']} tabIndex={-1} {...REGION}>
            <Pages />
          </main>
        </div>
        <PairingDialog renderPreset={renderPreset} />
        <PlainRelayDialog />
        <Palette />
        <Toasts />
      </div>
    </ErrorRemedyContext>
  );
}

function renderPreset(peer: PeerView): ReactNode {
  return <PresetChoice peer={peer} />;
}

function useTitle(): void {
  const page = useApp((state) => state.place.page);
  const count = useApp(countWaiting);
  useEffect(() => {
    const name = text(`app.page.${page}`);
    document.title = count === 0 ? text('app.title', { page: name }) : text('app.title.waiting', { page: name, count });
  }, [page, count]);
}
