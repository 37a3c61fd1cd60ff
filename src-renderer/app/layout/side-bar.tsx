import { Plus, Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { useShortcutOf } from '../../keys/index.ts';
import { text } from '../../locale/index.ts';
import { openPairing, openPalette, usePagesHere } from '../../store/index.ts';
import { Brand, IconButton, KeyCaps, Tooltip, classes, useWindowWidth } from '../../ui/index.ts';
import { Toasts } from '../banners/toasts.tsx';
import { PageButton } from './page-button.tsx';
import { REGION } from './regions.ts';
import { SideMachines } from './side-machines.tsx';
import styles from './side-bar.module.css';
import { StatusLine } from './status-line.tsx';

/**
 * Side bar: search, the machines in the person's groups (in a wide window below the pages), the pages that cross machines with their counts, toasts, and at the foot this machine with its
 * reach and the settings. Below 960 px it shows icons with tooltips.
 */
export function SideBar(): ReactElement {
  const width = useWindowWidth();
  const isSmall = width === 'icons';
  // Where they make room for the list on the page Machines, no button stands below them that would move.
  const isBelow = width === 'wide';
  // Settings have their button at the foot.
  const globalPages = usePagesHere().filter((page) => page !== 'machines' && page !== 'settings');
  const keys = useShortcutOf('window.palette');
  const search = (
    <button
      type="button"
      className={styles['search']}
      aria-keyshortcuts="Control+K"
      onClick={() => openPalette('commands')}
    >
      <Search aria-hidden="true" />
      {!isSmall && (
        <span className={styles['search-label']} aria-hidden="true">
          {text('app.search.short')}
        </span>
      )}
      <span className="visually-hidden">{text('app.search')}</span>
      {!isSmall && keys !== undefined && (
        <span className={styles['search-keys']}>
          <KeyCaps keys={keys} hidden />
        </span>
      )}
    </button>
  );
  return (
    <div className={classes(styles['bar'], isSmall && styles['small'])} {...REGION}>
      <div className={styles['brand']}>
        <Brand />
        {!isSmall && <span className={styles['name']}>{text('app.name')}</span>}
        {isSmall && (
          <Tooltip content={text('app.search')} side="right" delay={0}>
            {search}
          </Tooltip>
        )}
      </div>
      {!isSmall && search}
      <nav className={styles['pages']} aria-label={text('app.pages')}>
        <div className={styles['first']}>
          <PageButton page="machines" isSmall={isSmall} />
          {!isSmall && (
            <IconButton size="small" label={text('peers.pair')} icon={<Plus />} onClick={() => openPairing('choose')} />
          )}
        </div>
        {!isBelow && <SideMachines isSmall={isSmall} />}
        <hr className={styles['line']} aria-hidden="true" />
        {globalPages.map((page) => (
          <PageButton key={page} page={page} isSmall={isSmall} />
        ))}
        {isBelow && <SideMachines isSmall={isSmall} isBelow />}
      </nav>
      {!isSmall && <Toasts place="side-bar" />}
      <StatusLine isSmall={isSmall} />
    </div>
  );
}
