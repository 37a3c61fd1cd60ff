import type { ReactElement } from 'react';
import { BROWSER_MODES, type AgentStatus } from '#shared/app-api/index.ts';
import { joinSentences, text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, Segments } from '../../../ui/index.ts';

/** Lets the person choose what browsers may do on this machine (`peers.setBrowsers`). */
export function BrowsersChoice({ status }: Readonly<{ status: AgentStatus }>): ReactElement {
  const set = useCall('peers.setBrowsers');
  const chosen = status.browsers ?? 'approved';
  return (
    <>
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      <Segments
        row
        label={text('settings.security.browsers')}
        description={joinSentences(
          text('settings.security.browsers.about'),
          text(`settings.security.browsers.${chosen}.about`),
        )}
        value={chosen}
        disabled={set.busy}
        options={BROWSER_MODES.map((mode) => ({
          value: mode,
          label: text(`settings.security.browsers.${mode}`),
          description: text(`settings.security.browsers.${mode}.about`),
        }))}
        onChange={(mode) => {
          void set.run({ mode }).then((answer) => {
            // The agent sends the same a moment later.
            if (answer !== undefined)
              useApp.setState(({ status: now }) => (now === undefined ? {} : { status: { ...now, browsers: mode } }));
          });
        }}
      />
    </>
  );
}
