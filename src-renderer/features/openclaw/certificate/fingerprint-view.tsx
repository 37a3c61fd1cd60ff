import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { classes, CopyButton, Field, Mono, TextInput } from '../../../ui/index.ts';
import { compareFingerprint, fingerprintGroups, PRINT_COMMAND, type FingerprintComparison } from './fingerprint.ts';
import styles from './fingerprint.module.css';

/**
 * Shows a certificate's fingerprint in sixteen groups of four digits. Used by every dialog about certificates and the one that hands a gateway to a
 * new node.
 */
export function Fingerprint({
  label,
  value,
  tone = 'neutral',
}: Readonly<{ label: string; value: string; tone?: 'neutral' | 'bad' }>): ReactElement {
  return (
    <div className={classes(styles['key'], tone === 'bad' && styles['bad'])} role="group" aria-label={label}>
      <p className={styles['label']}>{label}</p>
      <p className={styles['groups']} data-fingerprint={value}>
        {fingerprintGroups(value).map((group, index) => {
          // Groups may be equal.
          const key = `${index} ${group}`;
          return <span key={key}>{group}</span>;
        })}
      </p>
    </div>
  );
}

/** Shows the command that prints the fingerprint on the gateway's machine, with a button that copies it. */
export function PrintCommand(): ReactElement {
  return (
    <>
      <p className={styles['label']}>{text('gateways.fingerprint.command')}</p>
      <div className={styles['command']}>
        <Mono>{PRINT_COMMAND}</Mono>
        <CopyButton value={PRINT_COMMAND} />
      </div>
    </>
  );
}

/** Field into which the person pastes the expected fingerprint; shows whether it equals the given one. Compares in the window only. */
export function CompareField({
  fingerprint,
  onCompare,
}: Readonly<{ fingerprint: string; onCompare(result: FingerprintComparison): void }>): ReactElement {
  const [typed, setTyped] = useState('');
  const result = compareFingerprint(typed, fingerprint);
  return (
    <div className={styles['compare']}>
      <Field
        label={text('gateways.fingerprint.compare')}
        hint={text('gateways.fingerprint.compare.hint')}
        error={result === 'unreadable' ? text('gateways.fingerprint.compare.unreadable') : undefined}
      >
        <TextInput
          mono
          maxLength={512}
          value={typed}
          onChange={(value) => {
            setTyped(value);
            onCompare(compareFingerprint(value, fingerprint));
          }}
        />
      </Field>
      <p role="status" className={styles['result']} data-result={result}>
        {result === 'equal' && (
          <>
            <CircleCheck aria-hidden="true" />
            {text('gateways.fingerprint.compare.equal')}
          </>
        )}
        {result === 'differs' && (
          <>
            <CircleAlert aria-hidden="true" />
            {text('gateways.fingerprint.compare.differs')}
          </>
        )}
      </p>
    </div>
  );
}
