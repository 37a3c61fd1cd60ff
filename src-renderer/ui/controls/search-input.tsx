import { Search, X } from 'lucide-react';
import { useRef, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { classes } from '../styles/classes.ts';
import { IconButton } from './button.tsx';
import styles from './search-input.module.css';
import { TextInput, type TextInputProps } from './field.tsx';

export type SearchInputProps = Omit<TextInputProps, 'type' | 'mono' | 'placeholder' | 'aria-label'> &
  Readonly<{
    /** Name for screen readers, shown while the field is empty. */
    label: string;
    /** Shows a button that clears the field while something is typed. Escape clears it everywhere. */
    clears?: boolean;
  }>;

/** Field for a search in the page: a magnifier, and its name inside while it is empty. */
export function SearchInput({ label, clears = false, ...rest }: SearchInputProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box} className={classes(styles['search'], clears && styles['clears'])}>
      <Search aria-hidden="true" />
      <TextInput {...rest} type="search" aria-label={label} placeholder={label} />
      {clears && rest.value !== '' && (
        <IconButton
          size="small"
          className={styles['clear']}
          label={text('ui.search.clear')}
          icon={<X />}
          onClick={() => {
            rest.onChange?.('');
            box.current?.querySelector('input')?.focus();
          }}
        />
      )}
    </div>
  );
}
