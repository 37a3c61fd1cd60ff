import { CircleAlert, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { explain, text } from '../../locale/index.ts';
import { IconButton } from '../controls/button.tsx';
import { isShown } from '../styles/classes.ts';
import { useErrorRemedy } from './error-remedy.ts';
import styles from './error-notice.module.css';

export type ErrorNoticeProps = Readonly<{
  /** Any thrown value; its code decides the texts. */
  error: unknown;
  /** Sentence that says it in place of the texts of the error's code. */
  sentence?: string | undefined;
  /** Button that helps with the error; by default the one that `ErrorRemedyContext` provides for the code. */
  action?: ReactNode;
  /** Called when the person dismisses the notice. Without it there is no such button. */
  onDismiss?: (() => void) | undefined;
}>;

/** Explains an error in the window's language: what happened, why, and what to do, with a button that helps. */
export function ErrorNotice({ error, sentence, action, onDismiss }: ErrorNoticeProps): ReactElement {
  const { what, why, next, code } = explain(error);
  const remedy = useErrorRemedy(code);
  const button = isShown(action) ? action : remedy;
  return (
    <div className={styles['notice']} role="alert" data-code={code}>
      <CircleAlert className={styles['icon']} aria-hidden="true" />
      <div className={styles['words']}>
        <p className={styles['what']}>{sentence ?? what}</p>
        {sentence === undefined && why !== '' && <p>{why}</p>}
        {sentence === undefined && <p className={styles['next']}>{next}</p>}
        {isShown(button) && <div className={styles['action']}>{button}</div>}
      </div>
      {onDismiss !== undefined && (
        <IconButton size="small" label={text('ui.dismiss')} icon={<X />} onClick={() => onDismiss()} />
      )}
    </div>
  );
}
