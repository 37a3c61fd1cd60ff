import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { combinationText } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, classes, IconButton, TextInput } from '../../../ui/index.ts';
import { isSearch, type Search, type Searchable, type SearchCount } from './search.ts';
import styles from '../terminals.module.css';

/** Most matches that xterm highlights; with more, the count isn't exact. */
const MOST_MARKED = 1000;

type SearchProps = Readonly<{
  /** Screen of the active terminal; undefined without one. */
  screen: Searchable | undefined;
  search: Search;
  onSearch(search: Search): void;
  /** The terminal is a pane beside others, whose matches aren't counted. */
  isBesideOthers?: boolean | undefined;
  /** Searches all tabs too, with a list of results; undefined hides the button. */
  inAll?: Readonly<{ isOn: boolean; onChange(isOn: boolean): void }> | undefined;
  /** Element of the search that lies over the terminal: the bar, its results, or none. */
  cover?: RefObject<HTMLElement | null> | undefined;
  /** Called when that element covers the selected match, which can't be scrolled out from behind it. */
  onCovers?: (() => void) | undefined;
  onClose(): void;
}>;

/**
 * Bar that searches the active terminal and its scrollback. The person types a term or regular expression and steps through the highlighted matches,
 * from the newest to older ones; Escape closes the bar.
 */
export function SearchBar({
  screen,
  search,
  onSearch,
  isBesideOthers = false,
  inAll,
  cover,
  onCovers,
  onClose,
}: SearchProps): ReactElement {
  const { term, caseSensitive, regex } = search;
  const bar = useRef<HTMLElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [count, setCount] = useState<SearchCount>();
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  useEffect(() => screen?.onSearchCount(setCount), [screen]);
  const covers = useRef(onCovers);
  useEffect(() => {
    covers.current = onCovers;
  });
  const find = useCallback(
    (direction: 'next' | 'previous' | 'here'): void => {
      if (screen === undefined || !screen.find(term, direction, { caseSensitive, regex })) return;
      const area = cover?.current?.getBoundingClientRect();
      if (area !== undefined && !screen.uncover(area)) covers.current?.();
    },
    [screen, term, caseSensitive, regex, cover],
  );
  useEffect(() => find('here'), [find]);
  useEffect(() => () => screen?.endSearch(), [screen]);
  useEffect(() => {
    // Escape closes the bar from its buttons as well as from its field.
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose();
    };
    const element = bar.current;
    element?.addEventListener('keydown', press);
    return () => element?.removeEventListener('keydown', press);
  }, [onClose]);
  const isWrong = term !== '' && !isSearch(search);
  return (
    <search ref={bar} className={styles['search']}>
      <TextInput
        data-terminal-search=""
        aria-label={text('terminals.search')}
        aria-invalid={isWrong}
        placeholder={text('terminals.search')}
        ref={input}
        value={term}
        onChange={(changed) => onSearch({ ...search, term: changed })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(event.shiftKey ? 'next' : 'previous');
        }}
      />
      <span className={classes(styles['count'], isWrong && styles['wrong'])} role="status">
        {isWrong
          ? text('terminals.search.invalid')
          : term !== '' && countText(count, isBesideOthers && inAll?.isOn !== true)}
      </span>
      <span className={styles['search-buttons']}>
        <IconButton
          label={text('terminals.search.case')}
          icon={<CaseSensitive />}
          aria-pressed={caseSensitive}
          variant={caseSensitive ? 'secondary' : 'quiet'}
          onClick={() => onSearch({ ...search, caseSensitive: !caseSensitive })}
        />
        <IconButton
          label={text('terminals.search.regex')}
          icon={<Regex />}
          aria-pressed={regex}
          variant={regex ? 'secondary' : 'quiet'}
          onClick={() => onSearch({ ...search, regex: !regex })}
        />
        {inAll !== undefined && (
          <Button
            size="small"
            aria-pressed={inAll.isOn}
            variant={inAll.isOn ? 'secondary' : 'quiet'}
            onClick={() => inAll.onChange(!inAll.isOn)}
          >
            {text('terminals.search.all')}
          </Button>
        )}
        <IconButton
          label={text('terminals.search.older')}
          keys={combinationText('Enter')}
          aria-keyshortcuts="Enter"
          icon={<ChevronUp />}
          onClick={() => find('previous')}
        />
        <IconButton
          label={text('terminals.search.newer')}
          keys={combinationText('Shift+Enter')}
          aria-keyshortcuts="Shift+Enter"
          icon={<ChevronDown />}
          onClick={() => find('next')}
        />
        <IconButton
          label={text('terminals.search.close')}
          keys={combinationText('Escape')}
          aria-keyshortcuts="Escape"
          icon={<X />}
          onClick={onClose}
        />
      </span>
    </search>
  );
}

/** @param isOfPane names the pane, so that no one takes the count for that of all panes */
function countText(count: SearchCount | undefined, isOfPane: boolean): string {
  if (count === undefined || count.count === 0)
    return text(isOfPane ? 'terminals.search.none.pane' : 'terminals.search.none');
  if (count.count >= MOST_MARKED && count.current === 0) return text('terminals.search.many', { count: count.count });
  return text(isOfPane ? 'terminals.search.count.pane' : 'terminals.search.count', {
    current: count.current,
    count: count.count,
  });
}
