import { useState, type ReactElement } from 'react';
import type { AgentStatus, SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { RadioGroup, Prose } from '../../../ui/index.ts';
import { MoveSecretDialog } from './move-secret-dialog.tsx';
import { secretFile, whySecretStays } from './secret-text.ts';
import styles from './secret-location.module.css';

const PLACES = ['key-store', 'file'] as const satisfies readonly SecretLocation[];

export type SecretPlaceProps = Readonly<{ status: AgentStatus; facts: ShellFacts }>;

/** Where the key of this device is kept; nothing moves before the person has confirmed it. */
export function SecretPlaceChoice({ status, facts }: SecretPlaceProps): ReactElement {
  const [wanted, setWanted] = useState<SecretLocation>();
  const stays = whySecretStays(facts);
  const now: SecretLocation = status.secretStore === 'file' ? 'file' : 'key-store';
  return (
    <div className={styles['places']}>
      <RadioGroup
        label={text('settings.security.place')}
        value={now}
        options={PLACES.map((place) => ({
          value: place,
          label: text(`settings.security.place.${place}`),
          description: <Prose>{text(`settings.security.place.${place}.explain`)}</Prose>,
        }))}
        onChange={setWanted}
        disabled={stays !== undefined}
        note={stays !== undefined && <Prose>{text(stays)}</Prose>}
      />
      {wanted !== undefined && (
        <MoveSecretDialog
          place={wanted}
          file={secretFile(status.profile, facts)}
          onClose={() => setWanted(undefined)}
        />
      )}
    </div>
  );
}
