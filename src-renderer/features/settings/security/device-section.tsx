import type { ReactElement } from 'react';
import { isUsableName, type AgentStatus, type ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { isBrowserMachine, isWithout, useApp, useCall } from '../../../store/index.ts';
import { CopyButton, ErrorNotice, Mono, formatMoment, useNow } from '../../../ui/index.ts';
import { AutosaveField } from '../autosave-field.tsx';
import { RunningRows } from '../general/running-rows.tsx';
import { FileInbox } from './file-inbox.tsx';
import { FactRow, Facts, Section } from '../section.tsx';
import { sectionLabel } from '../sections.ts';

/**
 * Section of the settings with this device's name, which can be changed (`device.rename`), when it runs, and its ID. A button copies the ID to the
 * clipboard. A browser has no folder for its profile.
 */
export function DeviceSection({
  status,
  facts,
}: Readonly<{ status: AgentStatus; facts: ShellFacts | undefined }>): ReactElement {
  const rename = useCall('device.rename');
  const now = useNow(60_000);
  const { device, profile, startedAt } = status;
  const isBrowser = isBrowserMachine(facts);
  return (
    <Section name="device" title={sectionLabel('device', facts)}>
      {rename.error !== undefined && <ErrorNotice error={rename.error} onDismiss={rename.reset} />}
      <AutosaveField
        label={text('settings.device.name')}
        hint={text('settings.device.name.hint')}
        value={device.name}
        check={(name) => (isUsableName(name) ? undefined : text('settings.device.name.invalid'))}
        onCommit={async (name) => {
          const answer = await rename.run({ name });
          if (answer !== undefined) useApp.setState({ status: answer });
          return answer !== undefined;
        }}
      />
      {!isWithout(facts, 'transfers') && !isBrowser && <FileInbox />}
      <RunningRows facts={facts} />
      <Facts>
        <FactRow
          wide
          name={text('settings.device.id')}
          meaning={text(isBrowser ? 'settings.device.id.browser' : 'settings.device.id.text')}
        >
          <Mono>{groupId(device.peerId)}</Mono>
          <CopyButton value={device.peerId} label={text('settings.device.id.copy')} />
        </FactRow>
        {!isBrowser && (
          <FactRow name={text('settings.device.profile')}>
            <Mono>{profile}</Mono>
          </FactRow>
        )}
        <FactRow name={text('settings.device.agent')}>{formatMoment(startedAt, now)}</FactRow>
      </Facts>
    </Section>
  );
}

/** Groups a peer ID by seven characters. Other parts of the window show the first group. */
function groupId(id: string): string {
  return (id.match(/.{1,7}/g) ?? []).join(' ');
}
