import type { ReactElement, ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Countdown } from '../../ui/index.ts';
import { CopyableText } from '../copyable/index.ts';
import styles from './one-time-code.module.css';

/**
 * Step for a person at another machine: what it does, and its command, if it has one. `other`: the command for Windows, where it differs. `note`: what the
 * person finds there.
 */
export type CodeStep = Readonly<{
  label: string;
  command?: string | undefined;
  other?: string | undefined;
  note?: ReactNode;
}>;

export type OneTimeCodeProps = Readonly<{
  code: string;
  /** Time until which the code counts, ms since 1970. */
  expiresAt: number;
  steps: readonly CodeStep[];
}>;

/** Code that counts once, large enough to be typed from across a desk, and the commands that take it. */
export function OneTimeCode({ code, expiresAt, steps }: OneTimeCodeProps): ReactElement {
  return (
    <div className={styles['code']}>
      <div className={styles['shown']}>
        <output className={styles['letters']} aria-label={text('devices.code.spoken', { code: [...code].join(' ') })}>
          {code}
        </output>
        <span className={styles['time']}>
          <Countdown until={expiresAt} />
        </span>
      </div>
      <CodeSteps steps={steps} />
    </div>
  );
}

/** Numbered steps for a person at another machine, with their commands to copy. */
export function CodeSteps({ steps }: Readonly<{ steps: readonly CodeStep[] }>): ReactElement {
  return (
    <ol className={styles['steps']}>
      {steps.map(({ label, command, other, note }) => (
        <li key={label}>
          <p>{label}</p>
          {command !== undefined && <CopyableText value={command} />}
          {other !== undefined && (
            <>
              <p className={styles['system']}>{text('devices.connector.windows')}</p>
              <CopyableText value={other} />
            </>
          )}
          {note !== undefined && <p className={styles['note']}>{note}</p>}
        </li>
      ))}
    </ol>
  );
}
