import type { ReactElement, ReactNode } from 'react';
import { showSettings } from '../features/settings/index.ts';
import { text } from '../locale/index.ts';
import { navigate, useApp, useCall } from '../store/index.ts';
import { Button } from '../ui/index.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/** What every error of the window offers as its next step, besides what the place says where it stands. */
export function errorRemedy(code: string, isModal: boolean): ReactNode {
  const step = remedyFor(code);
  if (step === undefined) return undefined;
  if (step === 'resume') return <Resume />;
  return isModal ? undefined : <GoTo remedy={step} />;
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
  const page = useApp((state) => state.page);
  const { to, section } = remedy;
  // It is there already.
  if (page === to && section === undefined) return null;
  return (
    <Button size="small" onClick={() => (section === undefined ? navigate(to) : showSettings(section))}>
      {text(section === undefined ? `app.step.${remedy.to}` : `app.step.settings.${section}`)}
    </Button>
  );
}
