import {
  ArrowLeftRight,
  ArrowUpDown,
  BotMessageSquare,
  History,
  Inbox,
  MessageSquare,
  Monitor,
  Settings,
  SquareTerminal,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { useIsListBeside } from '../../features/machines/index.ts';
import { AnyUsedHereMark } from '../../features/peers/index.ts';
import { shortcutText, text } from '../../locale/index.ts';
import {
  countMessages,
  countTransfers,
  countWaiting,
  forwardsOn,
  navigate,
  PAGES,
  useApp,
  type AppState,
  type Page,
} from '../../store/index.ts';
import { Tooltip, classes } from '../../ui/index.ts';
import styles from './side-bar.module.css';

/** Icons of the pages in the side bar and the dock. */
export const PAGE_ICONS: Readonly<Record<Page, typeof Monitor>> = {
  machines: Monitor,
  terminals: SquareTerminal,
  forwards: ArrowLeftRight,
  transfers: ArrowUpDown,
  messages: MessageSquare,
  openclaw: BotMessageSquare,
  inbox: Inbox,
  history: History,
  settings: Settings,
};

/** Figure beside a page's name. `waits`: something there waits for the person. */
export type PageCount = Readonly<{ count: number; waits: boolean; label: string }>;

/** Returns the figure beside a page's name; undefined for none. Reads the store. */
export function usePageCount(page: Page): PageCount | undefined {
  const count = useApp((state) => pageCount(page, state));
  const isShared = useApp(({ shared }) => page === 'terminals' && shared.length > 0);
  if (count === 0) return undefined;
  switch (page) {
    case 'inbox':
      return { count, waits: true, label: text('app.waiting', { count }) };
    case 'messages':
      return { count, waits: true, label: text('messages.waiting', { count }) };
    case 'transfers':
      return { count, waits: false, label: text('transfers.running', { count }) };
    case 'terminals':
      return { count, waits: false, label: isShared ? text('sharing.badge', { count }) : '' };
    default:
      return { count, waits: false, label: '' };
  }
}

/** Counts what is open or waits at a page. Pure. */
export function pageCount(page: Page, state: AppState): number {
  switch (page) {
    case 'machines':
      return state.peers.length;
    case 'terminals':
      return state.shared.length > 0
        ? state.shared.length
        : state.openTerminals.filter(({ isEnded }) => isEnded !== true).length;
    case 'forwards':
      return forwardsOn(state.forwards, state.peers).length;
    case 'transfers':
      return countTransfers(state);
    case 'inbox':
      return countWaiting(state);
    case 'messages':
      return countMessages(state);
    default:
      return 0;
  }
}

/** Button of a page in the side bar, with its count; as an icon with a tooltip where the side bar is small. */
export function PageButton({ page, isSmall }: Readonly<{ page: Page; isSmall: boolean }>): ReactElement {
  // A machine's row in the side bar is the current one instead, where it has a row.
  const hasRows = !useIsListBeside();
  const isCurrent = useApp(
    ({ place }) => place.page === page && !(hasRows && 'machine' in place && place.machine !== undefined),
  );
  const counted = usePageCount(page);
  const Icon = PAGE_ICONS[page];
  const name = text(`app.page.${page}`);
  const hint = text('app.page.shortcut', { page: name, keys: shortcutText(String(PAGES.indexOf(page) + 1)) });
  const button = (
    <button
      type="button"
      className={styles['page']}
      aria-current={isCurrent ? 'page' : undefined}
      title={isSmall ? undefined : hint}
      onClick={() => navigate({ page })}
    >
      <Icon aria-hidden="true" />
      <span className={isSmall ? 'visually-hidden' : styles['label']}>{name}</span>
      {page === 'machines' && !hasRows && <AnyUsedHereMark />}
      {counted !== undefined && (!isSmall || counted.waits) && (
        <span className={classes(styles['count'], counted.waits && styles['waits'])}>
          <span aria-hidden="true">{counted.count > 99 ? '99+' : counted.count}</span>
          {counted.label !== '' && <span className="visually-hidden">{counted.label}</span>}
        </span>
      )}
    </button>
  );
  return isSmall ? (
    <Tooltip content={hint} side="right" delay={0}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
