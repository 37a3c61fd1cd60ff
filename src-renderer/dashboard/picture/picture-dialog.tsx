import { useEffect, useRef, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ErrorNotice, FormDialog, UntrustedText } from '../../ui/index.ts';
import { useAccount, useAction, useDashboard } from '../api/index.ts';
import styles from './picture.module.css';
import type { SmallPicture } from './shrink-picture.ts';

export type PictureDialogProps = Readonly<{
  picture: SmallPicture;
  /** Part of the file that the picture shows, as `shrinkPicture` takes it; undefined where there is no other. */
  part: number | undefined;
  /** True while the picture is made of another part. */
  busy: boolean;
  onPart(part: number): void;
  /** Sentence about a file that was dropped or pasted meanwhile and can't be used. */
  problem: string | undefined;
  onClose(): void;
  onSaved(): void;
}>;

/** Shows a picture as it will be seen, lets the person choose its part of the file, and sends it to the relay. If that fails, the picture stays for another try. */
export function PictureDialog({
  picture,
  part,
  busy,
  problem,
  onPart,
  onClose,
  onSaved,
}: PictureDialogProps): ReactElement {
  const account = useAccount();
  const { session } = useDashboard();
  const save = useAction((client) => client.call('account.setPicture', { input: picture }));
  return (
    <FormDialog
      title={text('account.picture.title')}
      description={text('account.picture.privacy')}
      apply={text('account.picture.apply')}
      busy={save.busy || busy}
      onClose={onClose}
      onApply={() =>
        void save.run().then((changed) => {
          if (changed === undefined) return;
          session.signedIn(changed);
          onSaved();
          onClose();
        })
      }
    >
      <div className={styles['preview']}>
        <Preview size="large" picture={picture} label={text('account.picture.preview')} />
        <div className={styles['line']}>
          <Preview size="small" picture={picture} />
          <UntrustedText>{account.name}</UntrustedText>
        </div>
      </div>
      {part !== undefined && (
        <label className={styles['part']}>
          {text('account.picture.part')}
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            value={Math.round(part * 100)}
            onChange={(event) => onPart(event.target.valueAsNumber / 100)}
          />
        </label>
      )}
      {problem !== undefined && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      {save.error !== undefined && <ErrorNotice error={save.error} />}
    </FormDialog>
  );
}

/** Draws a picture. A canvas, because the page's policy allows only images that the relay serves. */
function Preview({
  picture: { type, bytes },
  label,
  size,
}: Readonly<{ picture: SmallPicture; label?: string; size: 'large' | 'small' }>): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isOver = false;
    void createImageBitmap(new Blob([bytes], { type })).then((bitmap) => {
      const element = canvas.current;
      if (element !== null && !isOver) {
        [element.width, element.height] = [bitmap.width, bitmap.height];
        element.getContext('2d')?.drawImage(bitmap, 0, 0);
      }
      bitmap.close();
    });
    return () => {
      isOver = true;
    };
  }, [type, bytes]);
  return (
    <canvas
      ref={canvas}
      className={styles[size]}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}
