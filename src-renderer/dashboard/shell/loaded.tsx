import type { ReactElement, ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, RowSkeleton } from '../../ui/index.ts';
import { useDashboard, type Loaded } from '../api/index.ts';
import styles from './loaded.module.css';

export type LoadedViewProps<Value> = Readonly<{
  /** Answer to show. */
  of: Loaded<Value>;
  /** Says what is loading, for screen readers. */
  label: string;
  children(value: Value): ReactNode;
}>;

/**
 * Shows an answer of the API: rows without text while it is loading first, then its content. After an error, the content that was read before stays, with the
 * error above it.
 */
export function LoadedView<Value>({ of, label, children }: LoadedViewProps<Value>): ReactElement {
  const { resources } = useDashboard();
  const { value, error, isLoading } = of;
  return (
    <>
      {error !== undefined && (
        <div className={styles['error']}>
          <ErrorNotice
            error={error}
            action={
              <Button size="small" busy={isLoading} onClick={() => resources.refresh()}>
                {text('site.retry')}
              </Button>
            }
          />
        </div>
      )}
      {value === undefined ? error === undefined && <RowSkeleton label={label} /> : children(value)}
    </>
  );
}
