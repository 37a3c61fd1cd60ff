import '@xterm/xterm/css/xterm.css';
import './colours.css';
import { SquareTerminal } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import { Button, EmptyState } from '../../ui/index.ts';
import { LinkDialog } from './link-dialog.tsx';
import { placesOf } from './machine.ts';
import { NewTabMenu } from './new-tab-menu.tsx';
import { PasteDialog } from './paste-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import type { TabStorage } from './saved-tabs.ts';
import { NO_SEARCH, type Search } from './search.ts';
import { SearchBar } from './search-bar.tsx';
import { StatusBar } from './status-bar.tsx';
import { TabBar } from './tab-bar.tsx';
import { TabPane } from './tab-pane.tsx';
import styles from './terminals.module.css';
import { useShortcuts } from './use-shortcuts.ts';
import { useTerminals, type Terminals } from './use-terminals.ts';

export type TerminalsPageProps = Readonly<{
  storage?: TabStorage;
  /** What is sought from the start. */
  search?: Search;
}>;

/** All terminals on other machines, one before the others. */
export function TerminalsPage({ storage = localStorage, search: given }: TerminalsPageProps): ReactElement {
  const terminals = useTerminals(storage);
  const [isSearching, setSearching] = useState(given !== undefined);
  // Who opens the search again finds there what was sought last.
  const [search, setSearch] = useState(given ?? NO_SEARCH);
  const { active, tabs } = terminals;
  const openSearch = (): void => {
    setSearching(true);
    // Where it is open already.
    document.querySelector<HTMLElement>('[data-terminal-search]')?.focus();
  };
  useShortcuts(terminals, openSearch);
  return (
    <section className={styles['page']} aria-label={text('terminals.title')}>
      <h1 className="visually-hidden">{text('terminals.title')}</h1>
      {tabs.length > 0 && <TabBar terminals={terminals} onSearch={openSearch} />}
      {isSearching && active !== undefined && (
        <SearchBar
          key={active.id}
          screen={terminals.manager.screen(active.id)}
          search={search}
          onSearch={setSearch}
          onClose={() => {
            setSearching(false);
            terminals.focus();
          }}
        />
      )}
      {tabs.length === 0 && <NoTabs terminals={terminals} />}
      <div className={styles['panes']} hidden={tabs.length === 0}>
        {tabs.map((tab) => (
          <TabPane key={tab.id} tab={tab} terminals={terminals} onSearch={openSearch} />
        ))}
      </div>
      {active !== undefined && <StatusBar tab={active} machine={terminals.machineOf(active.place)} />}
      <Questions terminals={terminals} />
    </section>
  );
}

function Questions({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement | null {
  const { question, answered, input, manager } = terminals;
  switch (question?.kind) {
    case 'paste':
      return (
        <PasteDialog
          text={question.text}
          onPaste={(pasted) => manager.screen(question.tab)?.paste(pasted)}
          onClose={answered}
          returnFocus={input}
        />
      );
    case 'link':
      return <LinkDialog link={question.link} peer={question.peer} onClose={answered} returnFocus={input} />;
    case 'rename':
      return (
        <RenameDialog
          tab={question.tab}
          onRename={(name) => manager.rename(question.tab.id, name)}
          onClose={answered}
          returnFocus={input}
        />
      );
    case undefined:
      return null;
  }
}

function NoTabs({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement {
  const hasMachines = useApp(({ peers, gateways }) => peers.length + gateways.length > 0);
  const isAnyOnline = useApp((state) => placesOf(state).length > 0);
  if (!hasMachines) {
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
