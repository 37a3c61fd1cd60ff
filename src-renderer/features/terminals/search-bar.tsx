import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { IconButton, TextInput } from '../../ui/index.ts';
import type { Screen, SearchCount, SearchOptions } from './screen.ts';
import styles from './terminals.module.css';

/** So many matches are marked; with more the count is not exact. */
const MOST_MARKED = 1000;

export function SearchBar({
  screen,
  onClose,
}: Readonly<{ screen: Screen | undefined; onClose(): void }>): ReactElement {
  const [term, setTerm] = useState('');
  const [options, setOptions] = useState<SearchOptions>({ caseSensitive: false, regex: false });
  const [count, setCount] = useState<SearchCount>();
  useEffect(() => screen?.onSearchCount(setCount), [screen]);
  useEffect(() => {
    screen?.find(term, 'here', options);
  }, [screen, term, options]);
  useEffect(() => () => screen?.endSearch(), [screen]);
  const go = (direction: 'next' | 'previous'): void => void screen?.find(term, direction, options);
  return (
    <search className={styles['search']}>
      <TextInput
        data-terminal-search=""
        aria-label={text('terminals.search')}
        placeholder={text('terminals.search')}
        ref={(input) => input?.focus()}
        value={term}
        onChange={setTerm}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter') go(event.shiftKey ? 'previous' : 'next');
        }}
      />
      <span className={styles['count']} role="status">
        {term !== '' && countText(count)}
      </span>
      <IconButton
        label={text('terminals.search.case')}
        icon={<CaseSensitive />}
        aria-pressed={options.caseSensitive}
        variant={options.caseSensitive ? 'secondary' : 'quiet'}
        onClick={() => setOptions((before) => ({ ...before, caseSensitive: !before.caseSensitive }))}
      />
      <IconButton
        label={text('terminals.search.regex')}
        icon={<Regex />}
        aria-pressed={options.regex}
        variant={options.regex ? 'secondary' : 'quiet'}
        onClick={() => setOptions((before) => ({ ...before, regex: !before.regex }))}
      />
      <IconButton label={text('terminals.search.previous')} icon={<ChevronUp />} onClick={() => go('previous')} />
      <IconButton label={text('terminals.search.next')} icon={<ChevronDown />} onClick={() => go('next')} />
      <IconButton label={text('terminals.search.close')} icon={<X />} onClick={onClose} />
    </search>
  );
}

function countText(count: SearchCount | undefined): string {
  if (count === undefined || count.count === 0) return text('terminals.search.none');
  if (count.count >= MOST_MARKED && count.current === 0) return text('terminals.search.many', { count: count.count });
  return text('terminals.search.count', { current: count.current, count: count.count });
}
