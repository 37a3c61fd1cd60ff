import { Search } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, EmptyState, ErrorNotice, RowSkeleton, SearchInput, Select } from '../../../ui/index.ts';
import styles from './administration.module.css';
import { FILTER_FROM } from './search-rows.ts';
import type { Loaded } from './use-list.ts';

/** Properties of the frame. `Filter` names the filters that the person chooses from. */
export type ListFrameProps<Filter extends string> = Readonly<{
  /** Label of the list for screen readers. */
  label: string;
  /** Text while the list is loaded. */
  loading: string;
  /** Text for a list without rows. */
  empty: string;
  /** Loaded list with its error and the function that reloads it. */
  loaded: Loaded<unknown>;
  /** Number of rows that match the search and the filter. */
  shown: number;
  /** Typed search. */
  query: string;
  filter: Filter;
  filters: readonly Readonly<{ value: NoInfer<Filter>; label: string }>[];
  onQuery(query: string): void;
  onFilter(filter: NoInfer<Filter>): void;
  /** The rows, each an `li`. */
  children: ReactNode;
}>;

/** Frame around the list of devices or nodes: search, filter, number of matches, loading and errors. */
export function ListFrame<Filter extends string>(props: ListFrameProps<Filter>): ReactElement {
  const { loaded, shown, query, filter } = props;
  const total = loaded.rows?.length ?? 0;
  return (
    <>
      {loaded.error !== undefined && (
        <ErrorNotice
          error={loaded.error}
          action={
            <Button size="small" onClick={loaded.reload}>
              {text('gateways.administration.reload')}
            </Button>
          }
        />
      )}
      {loaded.rows === undefined && loaded.error === undefined && <RowSkeleton label={props.loading} />}
      {loaded.rows !== undefined && total === 0 && <p className={styles['none']}>{props.empty}</p>}
      {total >= FILTER_FROM && (
        <div className={styles['filter']}>
          <SearchInput label={text('gateways.filter')} value={query} onChange={props.onQuery} />
          <Select
            label={text('gateways.filter.show')}
            hideLabel
            value={filter}
            options={props.filters}
            onChange={props.onFilter}
          />
        </div>
      )}
      {total > 0 && (
        <p className={styles['count']} role="status">
          {shown === total
            ? text('gateways.filter.all', { count: total })
            : text('gateways.filter.some', { shown, total })}
        </p>
      )}
      {total > 0 && shown === 0 && (
        <EmptyState
          icon={<Search />}
          title={text('gateways.filter.none')}
          action={
            <Button
              onClick={() => {
                props.onQuery('');
                const [first] = props.filters;
                if (first !== undefined) props.onFilter(first.value);
              }}
            >
              {text('gateways.filter.clear')}
            </Button>
          }
        />
      )}
      {shown > 0 && (
        <ul className={styles['list']} aria-label={props.label}>
          {props.children}
        </ul>
      )}
    </>
  );
}
