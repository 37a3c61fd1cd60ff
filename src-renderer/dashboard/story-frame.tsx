import { useState, type ReactElement } from 'react';
import { DashboardContext } from './api/index.ts';
import { KeptNamesContext } from './devices/index.ts';
import { Pages } from './pages.tsx';
import { RouteContext, type Route } from './router/index.ts';
import { StepUpProvider } from './step-up/index.ts';
import { KEPT_NAMES } from './story-data.ts';
import { createStoryDashboard, type StoryRelay } from './story-client.ts';

/** The dashboard of a story: at one place, with a relay within the page. */
export function StoryFrame({ route, relay }: Readonly<{ route: Route; relay: StoryRelay }>): ReactElement {
  const [dashboard] = useState(() => createStoryDashboard(relay));
  return (
    <DashboardContext value={dashboard}>
      <RouteContext value={route}>
        <KeptNamesContext value={KEPT_NAMES}>
          <StepUpProvider>
            <Pages />
          </StepUpProvider>
        </KeptNamesContext>
      </RouteContext>
    </DashboardContext>
  );
}
