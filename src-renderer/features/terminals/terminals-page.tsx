import '@xterm/xterm/css/xterm.css';
import './colours.css';
import { SquareTerminal } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import { Button, EmptyState } from '../../ui/index.ts';
import { LinkDialog } from './link-dialog.tsx';
import { NewTabMenu } from './new-tab-menu.tsx';
import { PasteDialog } from './paste-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import type { TabStorage } from './saved-tabs.ts';
import { SearchBar } from './search-bar.tsx';
import { StatusBar } from './status-bar.tsx';
import { TabBar } from './tab-bar.tsx';
import { TabPane } from './tab-pane.tsx';
import styles from './terminals.module.css';
import { useShortcuts } from './use-shortcuts.ts';
import { useTerminals, type Terminals } from './use-terminals.ts';

export type TerminalsPageProps = Readonly<{ storage?: TabStorage }>;

/** All terminals on other machines, one before the others. */
export function TerminalsPage({ storage = localStorage }: TerminalsPageProps): ReactElement {
  const terminals = useTerminals(storage);
  const [isSearching, setSearching] = useState(false);
  const { active, tabs } = terminals;
  useShortcuts(terminals, () => setSearching(true));
  return (
    <section className={styles['page']} aria-label={text('terminals.title')}>
      <h1 className="visually-hidden">{text('terminals.title')}</h1>
      {tabs.length > 0 && <TabBar terminals={terminals} onSearch={() => setSearching(true)} />}
      {isSearching && active !== undefined && (
        <SearchBar
          key={active.id}
          screen={terminals.manager.screen(active.id)}
          onClose={() => {
            setSearching(false);
            terminals.focus();
          }}
        />
      )}
      {tabs.length === 0 && <NoTabs terminals={terminals} />}
      <div className={styles['panes']} hidden={tabs.length === 0}>
        {tabs.map((tab) => (
          <TabPane key={tab.id} tab={tab} terminals={terminals} onSearch={() => setSearching(true)} />
        ))}
      </div>
      {active !== undefined && <StatusBar tab={active} peer={terminals.peerOf(active.peerId)} />}
      <Questions terminals={terminals} />
    </section>
  );
}

function Questions({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement | null {
  const { question, answered } = terminals;
  switch (question?.kind) {
    case 'paste':
      return <PasteDialog question={question} terminals={terminals} onClose={answered} />;
    case 'link':
      return <LinkDialog question={question} onClose={answered} />;
    case 'rename':
      return <RenameDialog question={question} terminals={terminals} onClose={answered} />;
    case undefined:
      return null;
  }
}

function NoTabs({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement {
  const hasPeers = useApp((state) => state.peers.length > 0);
  const isAnyOnline = useApp((state) => state.peers.some(({ online }) => online));
  if (!hasPeers) {
    return (
      <EmptyState
        icon={<SquareTerminal />}
        title={text('terminals.empty.no-peers')}
        action={
          <Button variant="primary" onClick={() => openPairing('choose')}>
            {text('terminals.empty.pair')}
          </Button>
        }
      >
        {text('terminals.empty.no-peers.text')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<SquareTerminal />}
      title={text('terminals.empty')}
      action={isAnyOnline && <NewTabMenu terminals={terminals} look="button" />}
    >
      {text(isAnyOnline ? 'terminals.empty.text' : 'terminals.empty.offline')}
    </EmptyState>
  );
}
