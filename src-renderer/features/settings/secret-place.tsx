import { useId, useState, type ReactElement } from 'react';
import type { AgentStatus, SecretPlace, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { Prose } from './prose.tsx';
import { MoveSecretDialog } from './move-secret-dialog.tsx';
import { secretFile, whySecretStays } from './secret-words.ts';
import styles from './secret-place.module.css';

const PLACES = ['key-store', 'file'] as const satisfies readonly SecretPlace[];

export type SecretPlaceProps = Readonly<{ status: AgentStatus; facts: ShellFacts }>;

/** Where the key of this device is kept; nothing moves before the person has confirmed it. */
export function SecretPlaceChoice({ status, facts }: SecretPlaceProps): ReactElement {
  const id = useId();
  const [wanted, setWanted] = useState<SecretPlace>();
  const stays = whySecretStays(facts);
  const now: SecretPlace = status.secretStore === 'file' ? 'file' : 'key-store';
  return (
    <fieldset className={styles['places']} aria-describedby={stays === undefined ? undefined : `${id}-stays`}>
      <legend className={styles['legend']}>{text('settings.security.place')}</legend>
      {PLACES.map((place) => (
        <label key={place} className={styles['place']}>
          <input
            type="radio"
            name={`${id}-place`}
            aria-labelledby={`${id}-${place}`}
            aria-describedby={`${id}-${place}-explain`}
            disabled={stays !== undefined}
            checked={place === now}
            onChange={() => setWanted(place)}
          />
          <span id={`${id}-${place}`} className={styles['word']}>
            {text(`settings.security.place.${place}`)}
          </span>
          <span id={`${id}-${place}-explain`} className={styles['explain']}>
            <Prose>{text(`settings.security.place.${place}.explain`)}</Prose>
          </span>
        </label>
      ))}
      {stays !== undefined && (
        <p id={`${id}-stays`} className={styles['stays']}>
          <Prose>{text(stays)}</Prose>
        </p>
      )}
      {wanted !== undefined && (
        <MoveSecretDialog
          place={wanted}
          file={secretFile(status.profile, facts)}
          onClose={() => setWanted(undefined)}
        />
      )}
    </fieldset>
  );
}
