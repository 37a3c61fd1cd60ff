import '@xterm/xterm/css/xterm.css';
import { use, useCallback, useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { terminalThemeOf } from '#shared/app-api/index.ts';
import { explain, text } from '../../locale/index.ts';
import { notify, openLink, useApi, useApp } from '../../store/index.ts';
import { classes, useMatch, useWindowWidth } from '../../ui/index.ts';
import { useScheme } from '../terminal-appearance/index.ts';
import { CloseDialog } from './closing/close-dialog.tsx';
import { LinkDialog } from '../hyperlinks/index.ts';
import { TerminalProfileDialog } from './machine/terminal-profile.tsx';
import { NoTabs } from './no-tabs.tsx';
import { KeyRow } from './phone/key-row.tsx';
import { PhoneBar } from './phone/phone-bar.tsx';
import { useVisibleHeight } from './phone/use-visible-height.ts';
import { PasteDialog } from './clipboard/paste-dialog.tsx';
import { RecordKeysDialog } from './recording/record-keys-dialog.tsx';
import { RenameTabDialog } from './tabs/rename-dialog.tsx';
import { ownTabs } from './tabs/claim-tabs.ts';
import type { TabStorage } from './tabs/saved-tabs.ts';
import { NO_SEARCH, type Search } from './screen/search.ts';
import { TOUCH_SCREEN } from './screen/touch-screen.ts';
import { SearchBar } from './screen/search-bar.tsx';
import { SearchResults } from './screen/search-results.tsx';
import { ShareDialog } from './sharing/share-dialog.tsx';
import { SharedTerminals } from './sharing/shared-terminals.tsx';
import { machineName } from './session/machine.ts';
import { TerminalStrip } from './session/terminal-strip.tsx';
import { TabBar } from './tabs/tab-bar.tsx';
import { TabPanel } from './tabs/tab-panel.tsx';
import styles from './terminals.module.css';
import { backgroundOf } from './screen/theme.ts';
import { BroadcastBar } from './broadcast-input/broadcast-bar.tsx';
import { BroadcastDialog } from './broadcast-input/broadcast-dialog.tsx';
import { usePaletteCommands } from './tabs/use-palette-commands.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { useTerminals, type Terminals } from './use-terminals.ts';

export type TerminalsPageProps = Readonly<{
  /** Storage of the tabs; stories pass their own. Undefined: that of this browser tab. */
  storage?: TabStorage;
  /** Initial search; undefined leaves the search closed. */
  search?: Search;
}>;

/**
 * The section Terminals: tabs with terminals on other machines, the bars for search, broadcast and shared terminals, the connection strip, and the
 * dialogs that terminals need. A narrow window shows one terminal with a header, and no tabs; a touch screen has a row of keys. The page stays mounted while another one is shown, and stores its tabs in the browser's storage.
 */
export function TerminalsPage({ storage, search: given }: TerminalsPageProps): ReactElement {
  const terminals = useTerminals(storage ?? use(ownTabs()));
  const [isSearching, setSearching] = useState(given !== undefined);
  // Reopening the search keeps the last term.
  const [search, setSearch] = useState(given ?? NO_SEARCH);
  const [isInAll, setInAll] = useState(false);
  // What lies over the terminal goes to its lower end where it would cover a match at the upper one.
  const [isAtEnd, setAtEnd] = useState(false);
  const cover = useRef<HTMLDivElement>(null);
  const { active, panes, tabs } = terminals;
  const scheme = useScheme();
  const background = useApp(({ settings }) => backgroundOf(terminalThemeOf(settings.terminal, scheme)));
  const openSearch = useCallback((): void => {
    setSearching(true);
    // The bar may be open already.
    document.querySelector<HTMLElement>('[data-terminal-search]')?.focus();
  }, []);
  useShortcuts(terminals, openSearch);
  usePaletteCommands(terminals, openSearch);
  const page = useFocusAfterLast(tabs.length);
  const isNarrow = useWindowWidth() === 'narrow';
  const isTouch = useMatch(TOUCH_SCREEN);
  const height = useVisibleHeight();
  const finder = isSearching && active !== undefined && (
    <SearchBar
      key={active.id}
      screen={terminals.manager.screen(active.id)}
      search={search}
      onSearch={setSearch}
      isBesideOthers={terminals.tab?.layout.kind === 'split'}
      inAll={panes.size < 2 ? undefined : { isOn: isInAll, onChange: setInAll }}
      cover={cover}
      onCovers={() => setAtEnd((before) => !before)}
      onClose={() => {
        setSearching(false);
        setAtEnd(false);
        terminals.focus();
      }}
    />
  );
  const results = finder !== false && isInAll && panes.size > 1 && (
    <SearchResults terminals={terminals} search={search} />
  );
  return (
    <section
      ref={page}
      tabIndex={-1}
      className={styles['page']}
      style={{ height: isNarrow ? height : undefined }}
      aria-label={text('terminals.title')}
    >
      <h1 className="visually-hidden">{text('terminals.title')}</h1>
      {isNarrow && active !== undefined && <PhoneBar pane={active} terminals={terminals} onSearch={openSearch} />}
      {!isNarrow && tabs.length > 0 && <TabBar terminals={terminals} finder={finder} onSearch={openSearch} />}
      <BroadcastBar terminals={terminals} />
      <SharedTerminals />
      {tabs.length === 0 && <NoTabs terminals={terminals} />}
      {/* Drawn last. It comes before the terminal for keyboards, because the Tab key in a terminal is the program's. */}
      {isTouch && active !== undefined && (
        <KeyRow key={`keys ${active.id}`} screen={terminals.manager.screen(active.id)} onCopy={terminals.copyShown} />
      )}
      <div className={styles['panes']} hidden={tabs.length === 0} style={{ background }}>
        {finder !== false && (isNarrow || (results !== false && search.term !== '')) && (
          <div className={styles['finder-area']}>
            <div ref={cover} className={classes(styles['finder'], isAtEnd && styles['finder-at-end'])}>
              {isNarrow && finder}
              {results}
            </div>
          </div>
        )}
        {tabs
          // The order in the page is fixed: an element that moves loses the focus.
          .toSorted((one, other) => one.id - other.id)
          .map((tab) => (
            <TabPanel key={tab.id} tab={tab} terminals={terminals} isNarrow={isNarrow} onSearch={openSearch} />
          ))}
      </div>
      {active !== undefined && (
        // The strip of another pane takes its place in here: beside the panes, the browser would compute the styles of them all.
        <div className={styles['strip-place']}>
          <TerminalStrip key={`strip ${active.id}`} pane={active} terminals={terminals} />
        </div>
      )}
      <Questions terminals={terminals} isNarrow={isNarrow} />
    </section>
  );
}

/** Focuses the page when the last terminal is closed and no other element has the focus. */
function useFocusAfterLast(tabs: number): RefObject<HTMLElement | null> {
  const page = useRef<HTMLElement>(null);
  const before = useRef(0);
  useEffect(() => {
    if (tabs === 0 && before.current > 0 && document.activeElement === document.body) page.current?.focus();
    before.current = tabs;
  }, [tabs]);
  return page;
}

/** Shows the dialog for the open question, if any. A tab is renamed in the row of tabs, which a narrow window doesn't have. */
function Questions({
  terminals,
  isNarrow,
}: Readonly<{ terminals: Terminals; isNarrow: boolean }>): ReactElement | null {
  const { question, closeQuestion, input, manager, panes } = terminals;
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const openInBrowser = (url: string): void => {
    openLink(api, facts, url).catch((error: unknown) => notify({ tone: 'bad', text: explain(error).what }));
  };
  switch (question?.kind) {
    case 'paste':
      return (
        <PasteDialog
          text={question.text}
          isOnePaste={question.isOnePaste}
          others={manager.receivers(question.pane).length}
          onPaste={(pasted) => manager.paste(question.pane, pasted)}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case 'link':
      return (
        <LinkDialog
          link={question.link}
          origin={text('terminals.link.text', { peer: question.peer })}
          onOpen={openInBrowser}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case 'rename':
      return !isNarrow ? null : (
        <RenameTabDialog
          tab={{
            name: question.tab.name,
            shown: terminals.titleOf(question.tab),
            title: panes.get(question.tab.focused)?.title ?? '',
          }}
          onRename={(name) => manager.rename(question.tab.id, name)}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case 'close':
      return (
        <CloseDialog
          busy={question.busy}
          panes={question.panes}
          namesOf={(id) => {
            const pane = panes.get(id);
            return pane === undefined
              ? { title: '', machine: '' }
              : { title: terminals.titleOfPane(pane), machine: machineName(terminals.machineOf(pane.host)) };
          }}
          onCloseTerminals={question.close}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case 'profile':
      return <TerminalProfileDialog peerId={question.peerId} onClose={closeQuestion} />;
    case 'broadcast':
      return <BroadcastDialog terminals={terminals} onClose={closeQuestion} returnFocus={input} />;
    case 'record-keys':
      return (
        <RecordKeysDialog
          onRecord={() => {
            const channel = manager.session(question.pane)?.channel;
            if (channel !== undefined) terminals.record.withKeys(channel);
          }}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case 'share':
      return (
        <ShareDialog
          peerId={question.peerId}
          terminal={question.terminal}
          channel={manager.session(question.pane)?.channel}
          onClose={closeQuestion}
          returnFocus={input}
        />
      );
    case undefined:
      return null;
  }
}
