import { FileUp } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyForward, notify, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  classes,
  Dialog,
  ErrorNotice,
  Field,
  FileButton,
  Select,
  Switch,
  TextArea,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { ImportedRules, ImportErrors } from './import-preview.tsx';
import styles from './ini-dialog.module.css';

/** Placeholder of the text field, the same in every language. */
const EXAMPLE = '[database]\ntype = tcp-bridge\npeer = office\ngateway_host = localhost\ngateway_port = 5432';

/** Longest text that the agent accepts, characters. */
const MOST = 100_000;
/** Delay from the last edit to the check by the agent, ms. */
const PAUSE = 300;
/** Value of the option for no peer, because `Select` takes no empty value. */
const NONE = 'none';

/** Result of a check, with the input that was checked. */
type Found = Readonly<{ answer: CallOutput<'forwards.import'>; ini: string; peer: string; replace: boolean }>;

/**
 * Imports forwards from an INI text that the person pastes, drops or chooses as a file. The agent checks the text while it is edited; the person sees
 * every forward and imports all or none.
 * @param ini initial text
 */
export function ImportDialog({ onClose, ini: given = '' }: Readonly<{ onClose(): void; ini?: string }>): ReactElement {
  const { run: check, ...checking } = useCall('forwards.import');
  const add = useCall('forwards.import');
  const peers = useApp((state) => state.peers);
  const [ini, setIni] = useState(given);
  const [peer, setPeer] = useState(NONE);
  const [replace, setReplace] = useState(false);
  const [found, setFound] = useState<Found>();
  const [asksForPeer, setAsksForPeer] = useState(false);
  const [isUnreadable, setUnreadable] = useState(false);
  const [isOver, setOver] = useState(false);
  const isTooLong = ini.length > MOST;
  const isEmpty = ini.trim() === '';

  useEffect(() => {
    if (isEmpty || isTooLong) return undefined;
    const timer = setTimeout(() => {
      void check({ text: ini, dryRun: true, replace, ...(peer === NONE ? {} : { peer }) }).then((answer) => {
        // A later check is running, or this one failed.
        if (answer === undefined) return;
        setFound({ answer, ini, peer, replace });
        if (answer.errors.some(({ code }) => code === 'ini.peer')) setAsksForPeer(true);
      });
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [ini, replace, peer, isEmpty, isTooLong, check]);

  const edit = (next: string): void => {
    setIni(next);
    setUnreadable(false);
    add.reset();
  };
  const read = async (chosen: File): Promise<void> => {
    // A character has at most four bytes.
    if (chosen.size > MOST * 4) {
      edit('');
      setUnreadable(true);
      return;
    }
    try {
      edit(await chosen.text());
    } catch {
      setUnreadable(true);
    }
  };
  const apply = async (): Promise<void> => {
    const done = await add.run({ text: ini, replace, ...(peer === NONE ? {} : { peer }) });
    if (done === undefined) return;
    if (done.errors.length > 0) {
      setFound({ answer: done, ini, peer, replace });
      return;
    }
    for (const view of done.added) applyForward(view);
    notify({ tone: 'good', text: text('forwards.imported', { count: done.added.length }) });
    onClose();
  };
  // The previous result stays visible while the next check runs, but can't be applied.
  const isNow = found?.ini === ini && found.peer === peer && found.replace === replace;
  const answer = isEmpty || isTooLong ? undefined : found?.answer;
  const isRight = answer !== undefined && isNow && answer.errors.length === 0 && answer.rules.length > 0;
  const count = isRight ? answer.rules.length : 0;
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('forwards.import.title')}
      description={text('forwards.import.text')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button variant="primary" busy={add.busy} disabled={!isRight} onClick={() => void apply()}>
            {isRight ? text('forwards.import.apply', { count }) : text('forwards.import.apply.none')}
          </Button>
        </>
      }
    >
      <div
        className={classes(styles['body'], isOver && styles['over'])}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false);
          const [dropped] = event.dataTransfer.files;
          if (dropped === undefined) return;
          event.preventDefault();
          void read(dropped);
        }}
      >
        <div className={styles['source']}>
          <FileButton
            icon={<FileUp aria-hidden="true" />}
            accept=".ini,.conf,.txt,text/plain"
            onChoose={(file) => void read(file)}
          >
            {text('forwards.import.choose')}
          </FileButton>
          <span className={styles['note']}>{text('forwards.import.or')}</span>
        </div>
        <Field
          label={text('forwards.export.ini')}
          error={isTooLong || isUnreadable ? text('forwards.import.too-long') : undefined}
        >
          <TextArea mono rows={6} className={styles['ini']} placeholder={EXAMPLE} value={ini} onChange={edit} />
        </Field>
        {answer !== undefined && answer.errors.length > 0 && <ImportErrors errors={answer.errors} />}
        {(asksForPeer || peer !== NONE) && (
          <Select
            label={text('forwards.import.peer')}
            value={peer}
            options={[
              { value: NONE, label: text('forwards.wrong.peer-missing') },
              ...peers.map(({ peerId, name }) => ({ value: peerId, label: quoteUntrusted(name) })),
            ]}
            onChange={setPeer}
          />
        )}
        {(replace || answer?.rules.some(({ replaces }) => replaces) === true) && (
          <Switch
            label={text('forwards.import.replace')}
            description={text('forwards.import.replace.explain')}
            checked={replace}
            onChange={setReplace}
          />
        )}
        <span role="status" className="visually-hidden">
          {isRight && text('forwards.import.right', { count })}
        </span>
        {answer !== undefined && answer.rules.length > 0 && <ImportedRules rules={answer.rules} replace={replace} />}
        {checking.error !== undefined && <ErrorNotice error={checking.error} />}
        {add.error !== undefined && <ErrorNotice error={add.error} onDismiss={add.reset} />}
      </div>
    </Dialog>
  );
}
