import { Compass } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { EmptyState } from '../../ui/index.ts';
import { Link } from '../router/index.ts';
import { usePageTitle } from './page-title.ts';

/** Page of an address that doesn't exist. */
export function MissingPage(): ReactElement {
  usePageTitle(text('site.missing'));
  return (
    <EmptyState
      icon={<Compass />}
      title={text('site.missing')}
      action={<Link to={{ page: 'home' }}>{text('site.missing.home')}</Link>}
    >
      {text('site.missing.next')}
    </EmptyState>
  );
}
