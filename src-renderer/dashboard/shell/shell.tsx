import { BookOpen, BotMessageSquare, FolderKanban, LogOut, Menu as MenuIcon, Monitor, Settings } from 'lucide-react';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import {
  Brand,
  classes,
  ErrorNotice,
  Menu,
  Tooltip,
  UntrustedText,
  useWindowWidth,
  type MenuItem,
} from '../../ui/index.ts';
import { useAccount, useRelay } from '../api/index.ts';
import { SignOutDialog, useSignOut, type SignOut } from '../end-session/index.ts';
import { LostProjects } from '../lost-projects/index.ts';
import { UpdateNotice } from '../installed/index.ts';
import { goTo, Link, pageBefore, type Route } from '../router/index.ts';
import { Avatar } from './avatar.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { Footer } from './footer.tsx';
import styles from './shell.module.css';

type Place = Readonly<{
  page: 'devices' | 'projects' | 'skill' | 'docs';
  icon: ReactElement;
  /** Pages that are below it. */
  holds?: readonly Route['page'][];
}>;

const PLACES: readonly Place[] = [
  { page: 'devices', icon: <Monitor aria-hidden="true" />, holds: ['terminal'] },
  { page: 'projects', icon: <FolderKanban aria-hidden="true" />, holds: ['project'] },
  { page: 'skill', icon: <BotMessageSquare aria-hidden="true" /> },
  { page: 'docs', icon: <BookOpen aria-hidden="true" /> },
];

/** Frame of pages with an account: a side bar or, on a phone, a dock; the page; and the footer. */
export function Shell({ route, children }: Readonly<{ route: Route; children: ReactNode }>): ReactElement {
  const width = useWindowWidth();
  const main = useFocusOnNavigation(route);
  const signOut = useSignOut();
  const items = accountItems(signOut);
  return (
    <div className={classes(styles['shell'], styles[width])}>
      <a className={styles['skip']} href="#content">
        {text('site.skip')}
      </a>
      {width !== 'narrow' && <SideBar route={route} items={items} isSmall={width === 'icons'} />}
      <div className={styles['scroller']}>
        <main id="content" ref={main} tabIndex={-1} className={styles['main']}>
          <UpdateNotice />
          <ConnectionNotice />
          <div className={styles['lost']}>
            <LostProjects />
          </div>
          {signOut.error !== undefined && (
            <div className={styles['notice']}>
              <ErrorNotice error={signOut.error} sentence={text('site.sign-out.failed')} onDismiss={signOut.reset} />
            </div>
          )}
          {children}
        </main>
        <Footer hasHelp={false} />
      </div>
      <SignOutDialog signOut={signOut} />
      {width === 'narrow' && <Dock route={route} items={items} />}
    </div>
  );
}

function SideBar({
  route,
  items,
  isSmall,
}: Readonly<{ route: Route; items: readonly MenuItem[]; isSmall: boolean }>): ReactElement {
  const account = useAccount();
  const places = usePlaces();
  return (
    <div className={classes(styles['bar'], isSmall && styles['small'])}>
      <div className={styles['brand']}>
        <Brand />
        {!isSmall && <span className={styles['name']}>{text('site.name')}</span>}
      </div>
      <nav className={styles['places']} aria-label={text('site.pages')}>
        {places.map((place) => (
          <PlaceLink key={place.page} place={place} route={route} isSmall={isSmall} />
        ))}
      </nav>
      <Menu
        label={text('site.account')}
        align="start"
        trigger={
          <button
            type="button"
            className={styles['account']}
            aria-label={isSmall ? text('site.account.of', { name: account.name }) : undefined}
            aria-current={route.page === 'settings' ? 'page' : undefined}
          >
            <Avatar name={account.name} id={account.id} picture={account.picture} />
            {!isSmall && (
              <span className={styles['person']}>
                <span className="visually-hidden">{text('site.account')}</span>
                <span className={styles['person-name']}>
                  <UntrustedText>{account.name}</UntrustedText>
                </span>
                <span className={styles['person-email']}>{account.email}</span>
              </span>
            )}
          </button>
        }
        items={items}
      />
    </div>
  );
}

function Dock({ route, items }: Readonly<{ route: Route; items: readonly MenuItem[] }>): ReactElement {
  const places = usePlaces();
  const docked = places.filter(({ page }) => page !== 'docs');
  const all: readonly MenuItem[] = [
    ...items,
    'separator',
    { label: text('site.page.docs'), icon: <BookOpen />, onSelect: () => goTo({ page: 'docs' }) },
  ];
  return (
    <nav className={styles['dock']} aria-label={text('site.pages')}>
      {docked.map((place) => (
        <Link
          key={place.page}
          to={{ page: place.page }}
          className={styles['docked']}
          aria-current={isCurrent(place, route) ? 'page' : undefined}
        >
          {place.icon}
          <span>{text(`site.page.${place.page}`)}</span>
        </Link>
      ))}
      <Menu
        label={text('site.account')}
        trigger={
          <button
            type="button"
            className={styles['docked']}
            aria-current={route.page === 'settings' || route.page === 'docs' ? 'page' : undefined}
          >
            <MenuIcon aria-hidden="true" />
            <span>{text('site.more')}</span>
          </button>
        }
        items={all}
      />
    </nav>
  );
}

function PlaceLink({
  place,
  route,
  isSmall,
}: Readonly<{ place: Place; route: Route; isSmall: boolean }>): ReactElement {
  const name = text(`site.page.${place.page}`);
  const link = (
    <Link
      to={{ page: place.page }}
      className={styles['place']}
      aria-current={isCurrent(place, route) ? 'page' : undefined}
    >
      {place.icon}
      <span className={isSmall ? 'visually-hidden' : styles['label']}>{name}</span>
    </Link>
  );
  return isSmall ? (
    <Tooltip content={name} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

/** Places of this relay: OpenClaw nodes speak the documented protocol, which a relay serves only if it was switched on. */
function usePlaces(): readonly Place[] {
  const relay = useRelay();
  return PLACES.filter(({ page }) => page !== 'skill' || relay?.plainProtocol === true);
}

function accountItems(signOut: SignOut): readonly MenuItem[] {
  return [
    {
      label: text('site.settings'),
      icon: <Settings />,
      onSelect: () => goTo({ page: 'settings', tab: 'profile' }),
    },
    { label: text('site.sign-out'), icon: <LogOut />, onSelect: () => void signOut.ask() },
  ];
}

function isCurrent({ page, holds = [] }: Place, route: Route): boolean {
  return page === route.page || holds.includes(route.page);
}

/**
 * Moves the focus to the page after its link was followed, as a browser does with a new document, and scrolls to its top. So does a link out of a page without this
 * frame, such as a terminal.
 */
function useFocusOnNavigation({ page }: Route): (element: HTMLElement | null) => void {
  const element = useRef<HTMLElement>(null);
  const shown = useRef(pageBefore() ?? page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    element.current?.focus({ preventScroll: true });
    element.current?.parentElement?.scrollTo({ top: 0 });
  }, [page]);
  return (next) => {
    element.current = next;
  };
}
