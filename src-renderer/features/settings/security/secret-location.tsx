import { useState, type ReactElement } from 'react';
import type { AgentStatus, SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Prose, Segments } from '../../../ui/index.ts';
import { MoveSecretDialog } from './move-secret-dialog.tsx';
import { secretFile } from './secret-text.ts';

const LOCATIONS = ['key-store', 'file'] as const satisfies readonly SecretLocation[];

export type SecretLocationProps = Readonly<{ status: AgentStatus; facts: ShellFacts }>;

/**
 * Lets the person choose where the device key is stored: the system's key store or a plain file. `MoveSecretDialog` confirms the move. Shown only
 * where the location can be changed.
 */
export function SecretLocationChoice({ status, facts }: SecretLocationProps): ReactElement {
  const [wanted, setWanted] = useState<SecretLocation>();
  const now: SecretLocation = status.secretStore === 'file' ? 'file' : 'key-store';
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
