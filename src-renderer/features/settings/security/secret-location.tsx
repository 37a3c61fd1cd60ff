import { useState, type ReactElement } from 'react';
import type { AgentStatus, SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Prose, Segments } from '../../../ui/index.ts';
import { MoveSecretDialog } from './move-secret-dialog.tsx';
import { secretFile, reasonSecretIsFixed } from './secret-text.ts';
import { FactRow, Facts } from '../section.tsx';

const LOCATIONS = ['key-store', 'file'] as const satisfies readonly SecretLocation[];

export type SecretLocationProps = Readonly<{ status: AgentStatus; facts: ShellFacts }>;

/**
 * Lets the person choose where the device key is stored: the system's key store or a plain file. `MoveSecretDialog` confirms the move. Says why, when
 * the location can't be changed.
 */
export function SecretLocationChoice({ status, facts }: SecretLocationProps): ReactElement {
  const [wanted, setWanted] = useState<SecretLocation>();
  const fixedReason = reasonSecretIsFixed(facts);
  const now: SecretLocation = status.secretStore === 'file' ? 'file' : 'key-store';
  // A choice that can't be made is no choice: the row above says where the key is, and this one why it stays.
  if (fixedReason !== undefined)
    return (
      <Facts>
        <FactRow wide name={text('settings.security.location')}>
          <p>
            <Prose>{text(fixedReason)}</Prose>
          </p>
        </FactRow>
      </Facts>
    );
  return (
    <>
      <Segments
        row
        label={text('settings.security.location')}
        description={<Prose>{text(`settings.security.location.${now}.explain`)}</Prose>}
        value={now}
        waiting={wanted}
        options={LOCATIONS.map((location) => ({
          value: location,
          label: text(`settings.security.location.${location}`),
        }))}
        onChange={(location) => setWanted(location === now ? undefined : location)}
      />
      {wanted !== undefined && (
        <MoveSecretDialog
          location={wanted}
          file={secretFile(status.profile, facts)}
          onClose={() => setWanted(undefined)}
        />
      )}
    </>
  );
}
