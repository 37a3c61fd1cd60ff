import { ArrowLeftRight, BotMessageSquare, History, Inbox, Monitor, Settings, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { shortcutText, text } from '../../locale/index.ts';
import { countWaiting, navigate, PAGES, useApp, type Page } from '../../store/index.ts';
import { classes } from '../../ui/index.ts';
import { Brand } from './brand.tsx';
import { REGION } from './regions.ts';
import styles from './side-bar.module.css';
import { StatusLine } from './status-line.tsx';

const ICONS: Readonly<Record<Page, typeof Monitor>> = {
  machines: Monitor,
  terminals: SquareTerminal,
  forwards: ArrowLeftRight,
  openclaw: BotMessageSquare,
  inbox: Inbox,
  history: History,
  settings: Settings,
};

/** Side bar: a button for each page, with the number of waiting requests or shared terminals, and the status line at the foot. */
export function SideBar(): ReactElement {
  return (
    <div className={styles['bar']} {...REGION}>
      <div className={styles['brand']}>
        <Brand />
        <span className={styles['name']}>{text('app.name')}</span>
      </div>
      <nav className={styles['pages']} aria-label={text('app.pages')}>
        {PAGES.map((page, index) => (
          <PageButton key={page} page={page} number={index + 1} />
        ))}
      </nav>
      <StatusLine />
    </div>
  );
}

function PageButton({ page, number }: Readonly<{ page: Page; number: number }>): ReactElement {
  const isCurrent = useApp((state) => state.place.page === page);
  const waiting = useApp((state) => (page === 'inbox' ? countWaiting(state) : 0));
  const shared = useApp((state) => (page === 'terminals' ? state.shared.length : 0));
  const count = waiting + shared;
  const Icon = ICONS[page];
  const name = text(`app.page.${page}`);
  return (
    <button
      type="button"
      className={styles['page']}
      aria-current={isCurrent ? 'page' : undefined}
      title={text('app.page.shortcut', { page: name, keys: shortcutText(String(number)) })}
      onClick={() => navigate({ page })}
    >
      <Icon aria-hidden="true" />
      <span className={styles['label']}>{name}</span>
      {count > 0 && (
        <span className={classes(styles['badge'], shared > 0 && styles['badge-quiet'])}>
          <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
          <span className="visually-hidden">{text(shared > 0 ? 'sharing.badge' : 'app.waiting', { count })}</span>
        </span>
      )}
    </button>
  );
}
