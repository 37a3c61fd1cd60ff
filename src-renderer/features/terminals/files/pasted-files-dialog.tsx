import { FolderInput, Inbox } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, formatBytes, quoteUntrusted } from '../../../ui/index.ts';
import styles from './pasted-files-dialog.module.css';

/** Largest picture that is shown before it is sent, bytes. */
const LARGEST_SHOWN = 16_777_216;
/** Files whose names are listed. */
const MOST_LISTED = 8;

type PastedFilesProps = Readonly<{
  /** Files of this machine, or the picture of the clipboard. */
  files: readonly File[];
  /** Name of the machine to which they go. */
  machine: string;
  /** Sends them into the inbox of the machine. */
  onInbox(): void;
  /** Sends them into the folder of the terminal; undefined if the machine doesn't tell it. */
  onFolder?(): void;
  onClose(): void;
}>;

/** Dialog that shows what was pasted into a terminal, and asks into where it is sent. Nothing has left this machine before. */
export function PastedFilesDialog({ files, machine, onInbox, onFolder, onClose }: PastedFilesProps): ReactElement {
  const name = quoteUntrusted(machine);
  const [first] = files;
  const isPicture = files.length === 1 && first?.type === 'image/png';
  const picture = usePicture(isPicture ? first : undefined);
  const choose = (send: () => void) => () => {
    onClose();
    send();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={isPicture ? text('transfers.paste.picture', { name }) : text('transfers.paste.files', { name })}
      actions={
        <>
          <Button onClick={onClose}>{text('terminals.cancel')}</Button>
          <Button
            icon={<Inbox />}
            {...(onFolder === undefined && { variant: 'primary' as const, 'data-autofocus': '' })}
            onClick={choose(onInbox)}
          >
            {text('transfers.paste.inbox')}
          </Button>
          {onFolder !== undefined && (
            <Button data-autofocus="" variant="primary" icon={<FolderInput />} onClick={choose(onFolder)}>
              {text('transfers.drop.folder')}
            </Button>
          )}
        </>
      }
    >
      {picture !== undefined && <img className={styles['picture']} src={picture} alt={text('transfers.paste.shown')} />}
      {isPicture ? (
        <p className={styles['size']}>{formatBytes(first.size)}</p>
      ) : (
        <ul className={styles['files']}>
          {files.slice(0, MOST_LISTED).map(({ name: file, size, lastModified }) => (
            <li key={`${file} ${size} ${lastModified}`}>
              <span className={styles['name']}>{quoteUntrusted(file)}</span>
              {size > 0 && <span className={styles['size']}>{formatBytes(size)}</span>}
            </li>
          ))}
          {files.length > MOST_LISTED && (
            <li className={styles['size']}>{text('transfers.paste.more', { count: files.length - MOST_LISTED })}</li>
          )}
        </ul>
      )}
      {onFolder !== undefined && (
        <p className={styles['note']}>{text('transfers.paste.typed', { count: files.length })}</p>
      )}
    </Dialog>
  );
}

/** Returns a picture as a URL that the page may show; undefined until it is read, and for one that is too large. */
function usePicture(file: File | undefined): string | undefined {
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (file === undefined || file.size > LARGEST_SHOWN) return undefined;
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      if (typeof reader.result === 'string') setShown(reader.result);
    });
    reader.readAsDataURL(file);
    return () => reader.abort();
  }, [file]);
  return shown;
}
