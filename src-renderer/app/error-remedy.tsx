import type { ReactElement, ReactNode } from 'react';
import { StartHostedRelay } from '../features/pairing/index.ts';
import { showSettings } from '../features/settings/index.ts';
import { text } from '../locale/index.ts';
import { navigate, showOpenClaw, useApp, useCall } from '../store/index.ts';
import { Button } from '../ui/index.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/**
 * Returns the button that helps with an error: it resumes the agent (calls `agent.resume`), starts the relay here or opens the page named by `remedyFor`. Returns undefined
 * if the window has no such button. The layout provides this function to every `ErrorNotice` through `ErrorRemedyContext`.
 * @param code code of the error
 * @param isModal the error is shown in a dialog. There is then no button that opens a page, because the dialog would cover the page
 */
export function errorRemedy(code: string, isModal: boolean): ReactNode {
  const remedy = remedyFor(code);
  if (remedy === undefined) return undefined;
  if (remedy === 'resume') return <Resume />;
  if (remedy === 'start-relay') return <StartHostedRelay />;
  return isModal ? undefined : <GoTo remedy={remedy} />;
}

function Resume(): ReactElement | null {
  const isPaused = useApp(({ status }) => status?.paused !== undefined);
  const { run, busy } = useCall('agent.resume');
  if (!isPaused) return null;
  return (
    <Button size="small" busy={busy} onClick={() => void run({})}>
      {text('app.banner.paused.resume')}
    </Button>
  );
}

function GoTo({ remedy }: Readonly<{ remedy: Remedy }>): ReactElement | null {
  const isShown = useApp(
    ({ place: { page } }) => remedy.to !== 'settings' && page === (remedy.to === 'peers' ? 'machines' : remedy.to),
  );
  // The page is shown already.
  if (isShown) return null;
  switch (remedy.to) {
    case 'peers':
      return goTo(text('app.step.peers'), () => navigate({ page: 'machines' }));
    case 'openclaw':
      return goTo(text('app.step.gateways'), () => showOpenClaw());
    case 'settings':
      return goTo(text(`app.step.settings.${remedy.section}`), () => showSettings(remedy.section));
  }
}

function goTo(label: string, onClick: () => void): ReactElement {
  return (
    <Button size="small" onClick={onClick}>
      {label}
    </Button>
  );
}
