import {
  ArrowLeftRight,
  BotMessageSquare,
  Monitor,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Waypoints,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../i18n/index.ts';
import { countWaiting, navigate, PAGES, useApp, type Page } from '../store/index.ts';
import { Brand } from './brand.tsx';
import { shortcutText } from './keyboard.ts';
import { REGION } from './regions.ts';
import styles from './side-bar.module.css';
import { StatusLine } from './status-line.tsx';

const ICONS: Readonly<Record<Page, typeof Monitor>> = {
  peers: Monitor,
  terminals: SquareTerminal,
  forwards: ArrowLeftRight,
  approvals: ShieldCheck,
  gateways: Waypoints,
  remote: BotMessageSquare,
  settings: Settings,
};

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
  const isCurrent = useApp((state) => state.page === page);
  const count = useApp((state) => (page === 'approvals' ? countWaiting(state) : 0));
  const Icon = ICONS[page];
  const name = text(`app.page.${page}`);
  return (
    <button
      type="button"
      className={styles['page']}
      aria-current={isCurrent ? 'page' : undefined}
      title={text('app.page.shortcut', { page: name, keys: shortcutText(String(number)) })}
      onClick={() => navigate(page)}
    >
      <Icon aria-hidden="true" />
      <span className={styles['label']}>{name}</span>
      {count > 0 && (
        <span className={styles['badge']}>
          <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
          <span className="visually-hidden">{text('app.waiting', { count })}</span>
        </span>
      )}
    </button>
  );
}
