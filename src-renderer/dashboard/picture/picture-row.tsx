import { useRef, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import {
  Button,
  ErrorNotice,
  FileButton,
  formatBytes,
  SettingRow,
  useDroppedImages,
  useFocusFallback,
  useHasModal,
} from '../../ui/index.ts';
import { useAccount, useAction, useDashboard } from '../api/index.ts';
import { PictureDialog } from './picture-dialog.tsx';
import styles from './picture.module.css';
import { LARGEST_FILE, MIDDLE, shrinkPicture, type PictureProblem, type ShrunkPicture } from './shrink-picture.ts';

/** Files that the system's dialog offers; the first bytes decide. */
const ACCEPTED = 'image/png,image/jpeg,image/webp,image/gif,image/avif';

/** Picture that the person looks at, and the file that it is of. */
type Chosen = ShrunkPicture & Readonly<{ file: File }>;

/** Setting of the account's picture: chosen as a file, dropped or pasted anywhere on the page, and seen before it is used. */
export function PictureRow(): ReactElement {
  const account = useAccount();
  const { session } = useDashboard();
  const [chosen, setChosen] = useState<Chosen>();
  const [part, setPart] = useState(MIDDLE);
  const [problem, setProblem] = useState<PictureProblem>();
  const [isReading, setIsReading] = useState(false);
  const [said, setSaid] = useState<'saved' | 'removed'>();
  const button = useRef<HTMLButtonElement>(null);
  const hasModal = useHasModal();
  const remove = useAction((client) => client.call('account.removePicture'));
  useFocusFallback(button, chosen !== undefined || remove.busy);

  /** Number of the newest reading. Of several only the last one counts, and none once the dialog is closed. */
  const newest = useRef(0);
  const choose = async (file: File, to = MIDDLE): Promise<void> => {
    // What is pasted into another dialog is meant for that.
    if (hasModal && chosen === undefined) return;
    setSaid(undefined);
    remove.reset();
    setIsReading(true);
    newest.current += 1;
    const turn = newest.current;
    const made = await shrinkPicture(file, to);
    if (turn !== newest.current) return;
    setIsReading(false);
    if ('problem' in made) {
      setProblem(made.problem);
      return;
    }
    setProblem(undefined);
    setChosen({ ...made, file });
    setPart(to);
  };
  const move = (to: number): void => {
    if (chosen === undefined) return;
    setPart(to);
    void choose(chosen.file, to);
  };
  const isOver = useDroppedImages((file) => void choose(file));
  const problemText =
    problem === undefined
      ? undefined
      : problem === 'too-large'
        ? text('account.picture.too-large', { size: formatBytes(LARGEST_FILE) })
        : text('account.picture.unreadable');
  return (
    <div className={styles['row']} data-over={isOver || undefined}>
      <SettingRow
        name={text('account.picture')}
        meaning={isOver ? text('account.picture.drop') : text('account.picture.about')}
        below={
          problemText !== undefined && chosen === undefined && !isOver ? (
            <p className={styles['problem']} role="alert">
              {problemText}
            </p>
          ) : (
            remove.error !== undefined && <ErrorNotice error={remove.error} onDismiss={remove.reset} />
          )
        }
      >
        <FileButton ref={button} accept={ACCEPTED} busy={isReading} onChoose={(file) => void choose(file)}>
          {account.picture === null ? text('account.picture.choose') : text('account.picture.change')}
        </FileButton>
        {account.picture !== null && (
          <Button
            busy={remove.busy}
            onClick={() =>
              void remove.run().then((changed) => {
                if (changed === undefined) return;
                session.signedIn(changed);
                setSaid('removed');
              })
            }
          >
            {text('account.picture.remove')}
          </Button>
        )}
      </SettingRow>
      <span className="visually-hidden" role="status">
        {said !== undefined && text(`account.picture.${said}`)}
      </span>
      {chosen !== undefined && (
        <PictureDialog
          picture={chosen.picture}
          part={chosen.isSquare ? undefined : part}
          busy={isReading}
          onPart={move}
          problem={problemText}
          onClose={() => {
            newest.current += 1;
            setIsReading(false);
            setChosen(undefined);
            setProblem(undefined);
          }}
          onSaved={() => setSaid('saved')}
        />
      )}
    </div>
  );
}
