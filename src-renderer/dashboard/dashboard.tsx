import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactElement } from 'react';
import { useLanguage } from '../locale/index.ts';
import { DashboardContext, type DashboardApi } from './api/index.ts';
import { PageBoundary } from './shell/page-boundary.tsx';
import { Pages } from './pages.tsx';
import { StepUpProvider } from './step-up/index.ts';

/** The whole page of the relay, for people with accounts. A new language renders everything. */
export function Dashboard({ dashboard }: Readonly<{ dashboard: DashboardApi }>): ReactElement {
  useLanguage();
  return (
    <CSPProvider disableStyleElements>
      <DashboardContext value={dashboard}>
        <PageBoundary>
          <StepUpProvider>
            <Pages />
          </StepUpProvider>
        </PageBoundary>
      </DashboardContext>
    </CSPProvider>
  );
}
