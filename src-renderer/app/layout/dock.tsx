import { Menu as MenuIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { useRelayElsewhere } from '../../features/relay-reach/index.ts';
import { AnyUsedHereMark } from '../../features/peers/index.ts';
import { text } from '../../locale/index.ts';
import { navigate, useApp, usePagesHere, useRelayProblem, type Page } from '../../store/index.ts';
import { Menu, classes } from '../../ui/index.ts';
import { countLinked, summariseConnection } from './connection-summary.ts';
import styles from './dock.module.css';
import { PAGE_ICONS, usePageCount } from './page-button.tsx';
import { REGION } from './regions.ts';

/** Pages with a button of their own in the dock. */
const DOCKED: ReadonlySet<Page> = new Set(['machines', 'terminals', 'inbox']);

/** Dock of a narrow window: the pages used most, and a menu with the others and this machine's reach. */
export function Dock(): ReactElement {
  const page = useApp((state) => state.place.page);
  const status = useApp((state) => state.status);
  const pages = usePagesHere();
  const isLost = useApp((state) => state.connection === 'lost');
  const linked = useApp((state) => countLinked(state.peers));
  const problem = useRelayProblem();
  const { reach } = useRelayElsewhere();
  const { label } = summariseConnection(isLost ? undefined : status, linked, problem, reach);
  const docked = pages.filter((each) => DOCKED.has(each));
  const isOther = !docked.includes(page);
  return (
    <nav className={styles['dock']} aria-label={text('app.pages')} {...REGION}>
      {docked.map((each) => (
        <DockButton key={each} page={each} />
      ))}
      <Menu
        label={text('app.more')}
        trigger={
          <button type="button" className={styles['button']} aria-current={isOther ? 'page' : undefined}>
            <MenuIcon aria-hidden="true" />
            <span>{text('app.more')}</span>
          </button>
        }
        items={[
          ...pages
            .filter((each) => !DOCKED.has(each))
            .map((each) => {
              const Icon = PAGE_ICONS[each];
              return { label: text(`app.page.${each}`), icon: <Icon />, onSelect: () => navigate({ page: each }) };
            }),
          'separator',
          {
            label: [status?.device.name, label].filter(Boolean).join(' · '),
            onSelect: () => navigate({ page: 'settings' }),
          },
        ]}
      />
    </nav>
  );
}

function DockButton({ page }: Readonly<{ page: Page }>): ReactElement {
  const isCurrent = useApp(({ place }) => place.page === page);
  const counted = usePageCount(page);
  const Icon = PAGE_ICONS[page];
  return (
    <button
      type="button"
      className={styles['button']}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => navigate({ page })}
    >
      <Icon aria-hidden="true" />
      <span>{text(`app.page.${page}`)}</span>
      {page === 'machines' && <AnyUsedHereMark className={styles['used']} />}
      {counted !== undefined && counted.waits && (
        <span className={classes(styles['badge'])}>
          <span aria-hidden="true">{counted.count > 99 ? '99+' : counted.count}</span>
          <span className="visually-hidden">{counted.label}</span>
        </span>
      )}
    </button>
  );
}
