import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import styles from './search-input.module.css';
import { TextInput, type TextInputProps } from './field.tsx';

export type SearchInputProps = Omit<TextInputProps, 'type' | 'mono' | 'placeholder' | 'aria-label'> &
  Readonly<{
    /** Name for screen readers, shown while the field is empty. */
    label: string;
  }>;

/** Field for a search in the page: a magnifier, and its name inside while it is empty. */
export function SearchInput({ label, ...rest }: SearchInputProps): ReactElement {
  return (
    <div className={styles['search']}>
      <Search aria-hidden="true" />
      <TextInput {...rest} type="search" aria-label={label} placeholder={label} />
    </div>
  );
}
