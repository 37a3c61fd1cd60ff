import { ArrowLeft, Check, ChevronDown, Ellipsis, Keyboard } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { navigate } from '../../../store/index.ts';
import { IconButton, Menu, StatusDot, type MenuItem } from '../../../ui/index.ts';
import { panesOf } from '../panes/layout.ts';
import { machineName, quotedNameOf } from '../session/machine.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import { dotOf, terminalStatus } from '../session/terminal-status.ts';
import { ShareMark } from '../tabs/share-mark.tsx';
import { menuItemsOf } from '../tabs/menu-items.tsx';
import { labelOf, newsIcon } from '../tabs/tab-list-menu.tsx';
import type { Pane } from '../tabs/tab-types.ts';
import { useNewTerminals } from '../tabs/use-new-terminals.tsx';
import type { Terminals } from '../use-terminals.ts';
import styles from './phone.module.css';

type BarProps = Readonly<{ pane: Pane; terminals: Terminals; onSearch(): void }>;

/**
 * Header of the terminal in front of a narrow window, in place of the tabs: back to its machine, program and machine, a list of all terminals, and the
 * terminal's menu.
 */
export function PhoneBar({ pane, terminals, onSearch }: BarProps): ReactElement {
  const machine = terminals.machineOf(pane.host);
  const status = terminalStatus(pane.phase, machine);
  const title = terminals.titleOfPane(pane);
  const name = machineName(machine);
  return (
    <div className={styles['bar']}>
      <IconButton
        label={text('terminals.phone.back', { machine: quotedNameOf(machine) })}
        icon={<ArrowLeft />}
        onClick={() => showMachine(pane.host)}
      />
      <StatusDot state={dotOf(status)} label={text(`terminals.status.${status}`)} />
      {terminals.broadcastPanes.includes(pane.id) && (
        <span className={styles['broadcast']} title={text('broadcast.receives')}>
          <Keyboard aria-hidden="true" />
          <span className="visually-hidden">{text('broadcast.receives')}</span>
        </span>
      )}
      <ShareMark panes={[pane.id]} manager={terminals.manager} />
      <span className={styles['name']}>
        <bdi className={styles['program']}>{title}</bdi>
        {name !== title && <bdi className={styles['machine']}>{name}</bdi>}
      </span>
      <TerminalList pane={pane} terminals={terminals} />
      <Menu
        label={text('terminals.more')}
        trigger={<IconButton label={text('terminals.more')} icon={<Ellipsis />} />}
        returnFocus={terminals.returnFocus}
        items={() => menuItemsOf(pane, terminals, onSearch)}
      />
    </div>
  );
}

function showMachine(host: TerminalHost): void {
  navigate(host.kind === 'peer' ? { page: 'machines', machine: host.peerId, tab: 'terminals' } : { page: 'openclaw' });
}

/** List that brings another terminal to the front or opens a new one. Its button says which of them is shown. */
function TerminalList({ pane: front, terminals }: Readonly<{ pane: Pane; terminals: Terminals }>): ReactElement {
  const { tabs, panes, manager } = terminals;
  const created = useNewTerminals(terminals);
  const all = tabs.flatMap(({ layout }) => panesOf(layout).flatMap((id) => panes.get(id) ?? []));
  const items = (): readonly MenuItem[] =>
    all.map((pane) => ({
      label: labelOf(terminals.titleOfPane(pane), pane, terminals),
      icon: pane.id === front.id ? <Check /> : newsIcon([pane]),
      isCurrent: pane.id === front.id,
      onSelect: () => {
        manager.focusPane(pane.id);
        terminals.focus();
      },
    }));
  const place = { position: all.findIndex(({ id }) => id === front.id) + 1, count: all.length };
  const hasNews = all.some(({ news }) => news !== undefined);
  return (
    <Menu
      label={text('terminals.tabs')}
      items={() => [...items(), 'separator', ...created.items()]}
      returnFocus={terminals.returnFocus}
      trigger={
        <button
          type="button"
          data-new-terminal=""
          data-terminal-list=""
          className={styles['list']}
          onClick={created.ask}
        >
          <span className="visually-hidden">{text('terminals.tabs')}: </span>
          {text('terminals.phone.place', place)}
          {hasNews && (
            <span className={styles['news']}>
              <span className="visually-hidden">{text('terminals.tab.news.output')}</span>
            </span>
          )}
          <ChevronDown aria-hidden="true" />
        </button>
      }
    />
  );
}
