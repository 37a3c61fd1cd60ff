import { createRoot } from 'react-dom/client';
import { MonitorX } from 'lucide-react';
import type { ReactElement } from 'react';
import { loadDashboardTexts } from '#shared/locales/index.ts';
import { addTextSource, text } from '../../locale/index.ts';
import { EmptyState, loadFonts } from '../../ui/index.ts';
import { applyPreferences } from '../preferences/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import styles from './unsupported-page.module.css';

export type UnsupportedPageProps = Readonly<{
  /** Names of the APIs that the browser lacks. */
  missing: readonly string[];
  /** False if the page didn't come over https, without which browsers offer few APIs. */
  isSecure: boolean;
}>;

/** Page for a browser that can't run the others: what it lacks, and what to use. */
export function UnsupportedPage({ missing, isSecure }: UnsupportedPageProps): ReactElement {
  usePageTitle(text('site.unsupported'));
  return (
    <main className={styles['page']}>
      <EmptyState icon={<MonitorX />} title={text('site.unsupported')}>
        <p>{text(isSecure ? 'site.unsupported.next' : 'site.unsupported.insecure')}</p>
        <p className={styles['missing']}>{text('site.unsupported.missing', { names: missing.join(', ') })}</p>
      </EmptyState>
    </main>
  );
}

/** Renders that page into the element `root`, once its words are there. */
export async function showUnsupported(missing: readonly string[]): Promise<void> {
  const container = document.getElementById('root');
  if (container === null) throw new TypeError('the page has no root');
  addTextSource(loadDashboardTexts);
  await Promise.all([applyPreferences(), loadFonts()]);
  createRoot(container).render(<UnsupportedPage missing={missing} isSecure={isSecureContext} />);
}
